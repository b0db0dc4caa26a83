"""Errors of checks: the largest of several, violations of bounds, means of random draws. Shared by all fragments."""

from __future__ import annotations

import numpy as np

from texloom.document.checks import MonteCarlo


def worst(errors) -> float:
    """The largest absolute value; NaN if there is one."""
    return float(np.max(np.abs(np.asarray(list(errors), dtype=float))))


def beyond(low, value, high) -> float:
    """The amount by which low ≤ value ≤ high is violated; 0 if it holds."""
    return max(0.0, float(low) - float(value), float(value) - float(high))


def monte_carlo(draws: np.ndarray, expected: float) -> MonteCarlo:
    """The mean of independent draws (n,) against its expected value, both errors as fractions of the mean."""
    mean, standard_error = draws.mean(), draws.std(ddof=1) / np.sqrt(draws.size)
    return MonteCarlo(float(abs(expected / mean - 1)), standard_error=float(standard_error / abs(mean)))
