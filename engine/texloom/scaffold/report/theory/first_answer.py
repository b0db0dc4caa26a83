"""Checks of `first_answer.tex`: Gaussian quadrature over one period."""

from __future__ import annotations

import numpy as np
from texloom.document.checks import Measured, verifies

NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
X = np.pi * NODES
DENSITY = WEIGHTS / 2
"""Quadrature weights of the uniform distribution over [−π, π]: they sum to 1."""


def best_line() -> np.ndarray:
    """Height and slope of the line nearest to the sine in mean square, by weighted least squares; shape (2,)."""
    root = np.sqrt(DENSITY)
    return np.linalg.lstsq(root[:, None] * np.stack([np.ones_like(X), X], axis=1), root * np.sin(X), rcond=None)[0]


@verifies("eq:best-line", how="least squares on 40 Gauss–Legendre nodes")
def least_distance(formula: float = 1 / 2 - 3 / np.pi**2) -> Measured:
    """The left side is minimised numerically, without the proof's argument."""
    height, slope = best_line()
    found = DENSITY @ (np.sin(X) - height - slope * X) ** 2
    return Measured(error=abs(found - formula), tolerance=1e-12)
