"""Points on a quadratic curve, distances to the curve, and the scaling of points for the networks; in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Coefficients = Sequence[float]
"""a, b, c of q(x) = a x² + b x + c."""


def quadratic(x: np.ndarray | float, coefficients: Coefficients) -> np.ndarray:
    """q(x), in the shape of x."""
    return np.polyval(coefficients, x)


def draw_points(count: int, coefficients: Coefficients, x_range: Sequence[float], seed: Sequence[int]) -> np.ndarray:
    """Points (x, q(x)) with x uniform over `x_range`, float32 of shape (count, 2).

    seed: two integers, the run's seed and the number of the draw.
    """
    low, high = x_range
    x = np.random.default_rng(seed).uniform(low, high, count)
    return np.stack([x, quadratic(x, coefficients)], axis=1).astype(np.float32)


def residuals(points: np.ndarray, coefficients: Coefficients) -> np.ndarray:
    """y − q(x) for points of shape (…, 2), float64."""
    points = np.asarray(points, np.float64)
    return points[..., 1] - quadratic(points[..., 0], coefficients)


def curve_height(coefficients: Coefficients, x_range: Sequence[float]) -> float:
    """The range of y: highest minus lowest value of q over `x_range`, attained at its ends or at the vertex."""
    a, b, _ = coefficients
    low, high = x_range
    vertex = np.clip(-b / (2 * a), low, high)
    values = quadratic(np.array([low, vertex, high]), coefficients)
    return float(values.max() - values.min())


class Scaling(NamedTuple):
    """The affine map, per coordinate, between data units and the units of a network's inputs and outputs."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def identity(cls) -> Scaling:
        """Networks get the raw coordinates."""
        return cls(np.zeros(2, np.float32), np.ones(2, np.float32))

    @classmethod
    def of(cls, points: np.ndarray) -> Scaling:
        """Networks get coordinates with zero mean and unit variance; points of shape (n, 2)."""
        return cls(
            points.mean(0, dtype=np.float64).astype(np.float32), points.std(0, dtype=np.float64).astype(np.float32)
        )

    def standardise(self, points: np.ndarray) -> np.ndarray:
        """Data units to network units."""
        return (points - self.mean) / self.deviation

    def restore(self, points: np.ndarray) -> np.ndarray:
        """Network units to data units."""
        return self.mean + self.deviation * points
