"""Distances between two samples of points: zero in the limit if and only if they come from the same distribution."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

ROWS = 1000
"""Number of rows of a distance matrix in memory at a time, so that memory grows with one sample only."""


def mean_distance(first: np.ndarray, second: np.ndarray) -> float:
    """The mean Euclidean distance over all pairs; samples of shape (n, d) and (m, d)."""
    parts = (cdist(first[start : start + ROWS], second).sum() for start in range(0, len(first), ROWS))
    return float(sum(parts) / (len(first) * len(second)))


def energy_distance(first: np.ndarray, second: np.ndarray) -> float:
    """√(2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖) of two empirical distributions (Székely and Rizzo 2013).

    Samples of shape (n, d) and (m, d). A metric between distributions; in one dimension scipy.stats.energy_distance.
    Between samples of the same distribution it is not zero but of order (1/n + 1/m)^½; compare values with this.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    squared = 2 * mean_distance(first, second) - mean_distance(first, first) - mean_distance(second, second)
    return float(np.sqrt(max(squared, 0.0)))
