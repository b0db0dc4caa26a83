"""TensorFlow comes in without its banners, which would stand between the lines, and with every core, as its peers."""

from tests.benchmarks.machine import limit_instructions
from texloom.training.startup import import_quietly

limit_instructions()  # first: the libraries look when they are loaded
import_quietly(cores=0)
