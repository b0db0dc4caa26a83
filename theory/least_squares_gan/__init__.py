"""Checks of `least_squares_gan.tex`, a module for each of its parts: random discrete distributions, Gaussians, symbols.

Each check takes the formulas of the text as parameters and computes the other side without them, so that a test can
pass it a wrong formula and see it fail.
"""

from theory.least_squares_gan import divergence, saturation, step
from theory.least_squares_gan.drawing import figures

__all__ = ["divergence", "figures", "saturation", "step"]
