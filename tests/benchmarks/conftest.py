"""Import TensorFlow without its banners, which would interrupt the output, and with all cores, as for the others."""

from texloom.training.startup import import_quietly

import_quietly(cores=0)
