"""The analysis: both estimates of every series, and their standard deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.my_experiment import estimates
from experiments.my_experiment.config import Config
from experiments.my_experiment.data import draw_series

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

NORMAL_QUANTILE = 1.96
"""The 97.5 % quantile: this many standard deviations to each side contain 95 % of a normal distribution."""


def analyse(config: Config, seed: int, run: RunWriter) -> None:
    """Simulate the series, estimate the stiffness from each in two ways, and record everything in `run`."""
    series = draw_series(config, seed)
    fitted, joined = estimates.least_squares(series), estimates.end_points(series)
    expected = estimates.least_squares_deviation(config.noise, series.extension)
    covered = np.abs(fitted - config.stiffness) <= NORMAL_QUANTILE * expected
    run.metric("least_squares_deviation", fitted.std(ddof=1))
    run.metric("least_squares_expected", expected)
    run.metric("end_points_deviation", joined.std(ddof=1))
    run.metric("end_points_expected", estimates.end_points_deviation(config.noise, series.extension))
    run.metric("coverage", 100 * covered.mean())
    run.array("extension", series.extension)
    run.array("force", series.force[0])
    run.array("least_squares", fitted)
    run.array("end_points", joined)
