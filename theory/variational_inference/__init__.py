"""Checks of `variational_inference.tex`, a module for each of its parts: quadrature, linear Gaussian models, draws.

Each check takes the formulas of the text as parameters and computes the other side without them.
"""

from theory.variational_inference import constraint, estimators, objective
from theory.variational_inference.drawing import figures

__all__ = ["constraint", "estimators", "figures", "objective"]
