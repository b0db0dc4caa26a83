"""Simulated series of measurements.

Your own measurements come from a data set of report.toml that DATA names:
`np.loadtxt(data_path("rain"), delimiter=",")`, after `from texloom.data.paths import data_path`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from experiments.my_experiment.config import Config


class Series(NamedTuple):
    """Extensions in m, shape (points,), and in each row the forces of one series in N, shape (series, points)."""

    extension: np.ndarray
    force: np.ndarray


def draw_series(config: Config, seed: int) -> Series:
    """Series of a spring that obeys Hooke's law; Gaussian noise is added to each force."""
    rng = np.random.default_rng(seed)
    extension = np.linspace(0, config.longest, config.points)
    noise = config.noise * rng.normal(size=(config.series, config.points))
    return Series(extension, config.stiffness * extension + noise)
