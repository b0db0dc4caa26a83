"""The same seed gives the same results, and a known answer is recovered."""

from __future__ import annotations

from typing import Any

import numpy as np
from experiments.my_experiment.config import Config
from experiments.my_experiment.metrics import METRICS
from experiments.my_experiment.train import train
from texloom.results.writer import RunWriter


def run(seed: int = 0, **settings: Any) -> RunWriter:
    writer = RunWriter(METRICS)
    train(Config.smoke().changed(settings), seed, writer)
    return writer


def test_the_same_seed_gives_identical_results_and_another_seed_others() -> None:
    first, again, other = run(steps=20), run(steps=20), run(steps=20, seed=1)
    assert first.metrics == again.metrics
    for name, weights in first.weights.items():
        np.testing.assert_array_equal(weights, again.weights[name])
    assert first.metrics["network_error"] != other.metrics["network_error"]


def test_the_curve_is_recovered_from_points_without_noise() -> None:
    made = run(noise=0.0, steps=2000)
    assert made.metrics["network_error"]["value"] < 0.02
    assert made.columns["loss"][-1] < 0.01 * made.columns["loss"][0]


def test_smoke_is_smaller_and_the_same_problem() -> None:
    smoke, report = Config.smoke(), Config()
    assert smoke.steps < report.steps
    assert smoke.changed({"steps": report.steps}) == report
