"""TensorFlow comes in without its banners, which would stand between the lines of the benchmarks."""

from experiments.common.tensorflow_startup import import_quietly

import_quietly()
