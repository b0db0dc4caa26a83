"""Import TensorFlow without its banners, which would interrupt the output, and with all cores, like other libraries."""

from tests.benchmarks.machine import limit_instructions
from texloom.training.startup import import_quietly

limit_instructions()  # first, because the libraries read the limit when they are loaded
import_quietly(cores=0)
