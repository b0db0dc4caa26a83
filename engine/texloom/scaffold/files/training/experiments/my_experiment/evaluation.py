"""Distances of the network's curve and of the best straight line from the true curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from experiments.my_experiment.data import RANGE, Points, curve

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

GRID = 400
"""Values of x, evenly spaced over RANGE, at which curves are compared."""


def root_mean_square(error: np.ndarray) -> float:
    """The root mean square."""
    return float(np.sqrt(np.mean(np.square(error, dtype=np.float64))))


def best_line(points: Points) -> np.ndarray:
    """Slope and intercept of the least-squares line, shape (2,)."""
    return np.polyfit(points.x[:, 0].astype(np.float64), points.y[:, 0].astype(np.float64), deg=1)


def evaluate(predict: Callable[[np.ndarray], Any], points: Points, run: RunWriter) -> None:
    """Compare both curves with the true one on a grid; record the arrays for the figure.

    predict: x of shape (n, 1) to y of the same shape.
    """
    x = np.linspace(*RANGE, GRID, dtype=np.float32)
    truth, line = curve(x), np.polyval(best_line(points), x)
    network = np.asarray(predict(x[:, None]))[:, 0]
    run.metric("line_error", root_mean_square(line - truth))
    run.metric("network_error", root_mean_square(network - truth))
    run.array("points", np.concatenate(points, axis=1))
    for name, values in {"x": x, "truth": truth, "line": line, "network": network}.items():
        run.array(name, values)
