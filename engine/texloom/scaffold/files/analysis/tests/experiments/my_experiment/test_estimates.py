"""Estimates against numpy's fit, and their scatter against closed forms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from experiments.my_experiment import estimates
from experiments.my_experiment.config import Config
from experiments.my_experiment.data import Series, draw_series

ESTIMATES = [
    (estimates.least_squares, estimates.least_squares_deviation),
    (estimates.end_points, estimates.end_points_deviation),
]


def test_least_squares_is_the_slope_of_polyfit() -> None:
    series = draw_series(Config(series=7), seed=3)
    expected = np.polyfit(series.extension, series.force.T, deg=1)[0]
    np.testing.assert_allclose(estimates.least_squares(series), expected)


def test_estimates_by_hand() -> None:
    series = Series(np.array([0.0, 1.0, 2.0]), np.array([[0.0, 5.0, 2.0]]))
    assert estimates.end_points(series) == 1
    assert estimates.least_squares(series) == (-1 * 0 + 0 * 5 + 1 * 2) / 2


def test_deviations_by_hand() -> None:
    extension = np.array([0.0, 1.0, 2.0])
    assert estimates.least_squares_deviation(4, extension) == pytest.approx(4 / 2**0.5)
    assert estimates.end_points_deviation(4, extension) == pytest.approx(4 * 2**0.5 / 2)


@pytest.mark.parametrize(("estimate", "deviation"), ESTIMATES)
def test_the_scatter_is_what_the_closed_form_says(estimate: Callable, deviation: Callable) -> None:
    config = Config(series=20_000)
    series = draw_series(config, seed=0)
    found = estimate(series)
    assert found.std() == pytest.approx(deviation(config.noise, series.extension), rel=0.02)
    assert found.mean() == pytest.approx(config.stiffness, abs=4 * found.std() / len(found) ** 0.5)
