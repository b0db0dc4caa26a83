"""Checks of `first_answer.tex`: measurement errors, propagated through the pseudo-inverse of the design matrix."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from texloom.document.checks import Absolute, Measured, verifies

UNEVEN = np.array([0.0, 0.3, 1.1, 2.0, 3.7])
"""Places of five measurements."""
SIGMA = 0.7
"""Standard deviation of a measurement."""


def line_covariance(x: np.ndarray) -> np.ndarray:
    """Covariance of height at 0 and slope of the line fitted to measurements at x (n,); shape (2, 2)."""
    estimate = np.linalg.pinv(np.stack([np.ones_like(x), x], axis=1))
    return SIGMA**2 * estimate @ estimate.T


def variance_over_uneven(sigma: float, x: np.ndarray) -> float:
    """The right side of eq:slope-variance."""
    return sigma**2 / np.sum((x - x.mean()) ** 2)


def variance_over_even(sigma: float, length: float, n: int) -> float:
    """The right side of eq:slope-even."""
    return sigma**2 / length**2 * 12 * (n - 1) / (n * (n + 1))


@verifies("eq:slope-variance", how="pseudo-inverse of the design matrix, five unevenly spaced places")
def slope_variance(formula: Callable[..., float] = variance_over_uneven) -> Measured:
    """The left side is computed without the closed form of the estimate."""
    return Absolute(error=abs(line_covariance(UNEVEN)[1, 1] - formula(SIGMA, UNEVEN)), tolerance=1e-12)


@verifies("eq:slope-even", how="the same for 2 to 40 evenly spaced places")
def slope_variance_over_even_places(formula: Callable[..., float] = variance_over_even) -> Measured:
    """The largest error over the numbers of places."""
    length = 2.5
    found = [line_covariance(np.linspace(1, 1 + length, n))[1, 1] - formula(SIGMA, length, n) for n in range(2, 41)]
    return Absolute(error=max(map(abs, found)), tolerance=1e-12)
