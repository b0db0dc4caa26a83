"""Errors against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from experiments.my_experiment.data import RANGE, Points, curve
from experiments.my_experiment.evaluation import best_line, evaluate, root_mean_square
from experiments.my_experiment.metrics import METRICS
from texloom.results.writer import RunWriter


def points_on_the_curve(count: int = 20_001) -> Points:
    x = np.linspace(*RANGE, count, dtype=np.float32)[:, None]
    return Points(x, curve(x))


def test_root_mean_square_by_hand() -> None:
    assert root_mean_square(np.array([3.0, -4.0])) == pytest.approx(math.sqrt(12.5))


def test_the_best_line_through_one_period_of_the_sine() -> None:
    slope, height = best_line(points_on_the_curve())
    assert slope == pytest.approx(3 / math.pi**2, rel=1e-3)  # the integral of x sin x over that of x²
    assert height == pytest.approx(0, abs=1e-4)


def test_metrics_of_a_perfect_network_and_of_the_best_line() -> None:
    run = RunWriter(METRICS)
    evaluate(np.sin, points_on_the_curve(), run)
    assert run.metrics["network_error"]["value"] == pytest.approx(0, abs=1e-6)
    assert run.metrics["line_error"]["value"] == pytest.approx(math.sqrt(1 / 2 - 3 / math.pi**2), rel=1e-2)
