"""Straight lines between latent codes, or between images; in numpy."""

from __future__ import annotations

import numpy as np


def interpolate(first: np.ndarray, last: np.ndarray, points: int) -> np.ndarray:
    """(1 − t) first + t last at evenly spaced t from 0 to 1; from arrays of shape (n, d) to shape (n, points, d)."""
    t = np.linspace(0.0, 1.0, points, dtype=first.dtype)[:, None]
    return (1 - t) * first[:, None, :] + t * last[:, None, :]
