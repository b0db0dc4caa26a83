"""The curve, and noisy points on it; in numpy.

Your own points come from a data set of report.toml that DATA names:
`np.loadtxt(data_path("rain"), delimiter=",")`, after `from texloom.data.paths import data_path`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

RANGE = (-math.pi, math.pi)
"""The range of x: one period."""


class Points(NamedTuple):
    """x in RANGE and y, both float32 of shape (n, 1)."""

    x: np.ndarray
    y: np.ndarray


def curve(x: np.ndarray) -> np.ndarray:
    """The curve to learn, in the shape of x."""
    return np.sin(x)


def draw_points(count: int, noise: float, seed: int) -> Points:
    """Points on the curve with x uniform over RANGE; Gaussian noise of standard deviation `noise` is added to y."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(*RANGE, (count, 1))
    return Points(x.astype(np.float32), (curve(x) + noise * rng.normal(size=x.shape)).astype(np.float32))
