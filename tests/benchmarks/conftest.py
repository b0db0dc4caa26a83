"""TensorFlow comes in without its banners, which would stand between the lines, and with every core, as its peers."""

from texloom.training.startup import import_quietly

import_quietly(cores=0)
