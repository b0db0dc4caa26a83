"""Two estimates of the stiffness from one series, and their theoretical standard deviations."""

from __future__ import annotations

import numpy as np

from experiments.my_experiment.data import Series


def least_squares(series: Series) -> np.ndarray:
    """The slope of the best straight line through each series, in N/m; shape (series,)."""
    centred = series.extension - series.extension.mean()
    return series.force @ centred / np.sum(centred**2)


def end_points(series: Series) -> np.ndarray:
    """The slope of the line through only the first and the last measurement, in N/m; shape (series,)."""
    return (series.force[:, -1] - series.force[:, 0]) / (series.extension[-1] - series.extension[0])


def least_squares_deviation(noise: float, extension: np.ndarray) -> float:
    """The standard deviation of `least_squares` in N/m, in closed form."""
    return noise / float(np.sqrt(np.sum((extension - extension.mean()) ** 2)))


def end_points_deviation(noise: float, extension: np.ndarray) -> float:
    """The standard deviation of `end_points` in N/m, in closed form."""
    return noise * float(np.sqrt(2)) / float(extension[-1] - extension[0])
