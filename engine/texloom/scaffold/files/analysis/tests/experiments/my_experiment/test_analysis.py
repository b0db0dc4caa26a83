"""The same seed gives the same results; every declared metric is recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from texloom.results.writer import RunWriter

from experiments.my_experiment.analysis import analyse
from experiments.my_experiment.config import Config
from experiments.my_experiment.metrics import METRICS


def run(seed: int = 0, **settings: Any) -> RunWriter:
    writer = RunWriter(METRICS)
    analyse(Config.smoke().changed(settings), seed, writer)
    return writer


def test_the_same_seed_gives_identical_results_and_another_seed_others() -> None:
    first, again, other = run(), run(), run(seed=1)
    assert first.metrics.keys() == METRICS.keys()
    assert first.metrics == again.metrics
    for name, values in first.arrays.items():
        np.testing.assert_array_equal(values, again.arrays[name])
    assert first.metrics["coverage"] != other.metrics["coverage"]


def test_the_interval_contains_the_truth_as_often_as_it_should() -> None:
    assert run(series=20_000).metrics["coverage"]["value"] == pytest.approx(95, abs=0.6)


def test_without_noise_both_estimates_are_right() -> None:
    metrics = run(noise=0, series=2).metrics
    for name in ("least_squares", "end_points"):
        assert metrics[f"{name}_deviation"]["value"] == pytest.approx(0, abs=1e-9)
