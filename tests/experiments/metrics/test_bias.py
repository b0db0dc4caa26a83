"""Dependence on the number of images, for features with known bias."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.datasets.mnist import Split
from experiments.metrics import bias
from experiments.metrics.judge import Judge, Opinion
from experiments.metrics.metrics import METRICS
from tests.experiments.metrics.judges import toy_data, values
from texloom.results.writer import RunWriter


def test_the_bias_of_gaussian_features_is_what_the_formula_says() -> None:
    """For Gaussian features with known covariance the slope, the intercept and the prediction are known."""
    scale = np.linspace(0.5, 2, 6)

    def network(images: np.ndarray) -> Opinion:
        rng = np.random.default_rng(len(images))
        return Opinion(rng.normal(size=(len(images), 6)) * scale, np.full((len(images), 10), 0.1))

    blank = np.zeros((20_000, 1, 1), np.uint8)
    data = toy_data()._replace(others=blank, reference=Split(blank[:10], np.zeros(10, np.uint8)))
    run = RunWriter(METRICS)
    bias.sample_size(Judge(network, np.zeros((5, 6))), data, (100, 200, 400), 60, 0, run)
    found, eigenvalues = values(run), scale**2
    expected = 2 * (1.25 * eigenvalues.sum() + 0.5 * sum(a * b / (a + b) for a in eigenvalues for b in eigenvalues))
    assert found["bias_predicted"] == pytest.approx(expected, rel=0.05)
    assert found["bias_slope"] == pytest.approx(expected, rel=0.1)
    assert abs(found["bias_intercept"]) < 0.1 * found["bias_first"]
    assert found["kernel_pull"] < 4
    lines = np.polyfit(1 / np.array([100, 200, 400]), run.arrays["size_distance"], 1)
    assert run.metrics["bias_slope"]["error"] == pytest.approx(lines[0].std(ddof=1) / 60**0.5)
    assert found["bias_misfit"] < 5
    assert run.arrays["size_distance"].shape == (3, 60)
    assert run.metrics["kernel_largest"]["error"] > 0
    means = run.arrays["size_score"].mean(axis=1)
    assert found["score_least_rise"] == pytest.approx(np.diff(means).min())


def test_a_curve_in_place_of_a_straight_line_is_seen() -> None:
    run, sizes = RunWriter(METRICS), np.array([100, 200, 400])
    noise = 1 + 1e-3 * np.random.default_rng(0).normal(size=(3, 8))
    kernels = np.array([[0.1, -0.1], [-0.3, -0.1], [0.05, 0.05]]).repeat(4, axis=1) * noise
    bias.measure_bias(sizes, 30 / sizes[:, None] ** 0.5 * noise, kernels, noise, np.eye(2), run)
    assert values(run)["bias_misfit"] > 3
    assert values(run)["kernel_largest"] == pytest.approx(0.2, rel=0.01)


def test_dead_features_do_not_enter_the_bias() -> None:
    covariance = np.diag([1.0, 4.0, 0.0])
    assert bias.gaussian_bias(covariance) == pytest.approx(1.25 * 5 + 0.5 * (0.5 + 2 + 2 * 4 / 5))
