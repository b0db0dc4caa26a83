"""Both metrics over increasing faults, with the stub judge."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.metrics import curves, damage
from experiments.metrics.judge import Judge
from experiments.metrics.metrics import CURVES, METRICS
from experiments.metrics.samples import Data
from tests.experiments.metrics.judges import values
from texloom.results.writer import RunWriter


def test_steps_tell_what_is_not_monotone() -> None:
    run, curve = RunWriter(METRICS), np.array([[3.0, 1.0], [2.0, 4.0], [2.5, 3.5]])
    for name in ("few_classes", "emoji_blur"):
        curves.measure_steps(name, curve, run)
    found = values(run)
    assert set(found) == {f"{name}_{each}" for name in ("few_classes", "emoji_blur") for each in CURVES[name]}
    assert found["few_classes_distance_least_step"] == -0.5
    assert (found["emoji_blur_score_least_step"], found["few_classes_score_largest_step"]) == (-1, 0.5)
    assert found["emoji_blur_distance_least_later_step"] == -0.5
    assert (found["few_classes_score_first"], found["few_classes_distance_first"]) == (3, 1)
    assert (found["few_classes_score_last"], found["few_classes_distance_last"]) == (2.5, 3.5)


def test_every_damage_has_its_curve_and_its_examples(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    curves.sensitivity(judge, data, levels=2, seed=0, run=run)
    undamaged = judge.score_and_distance(data.test.images)
    for name in damage.kinds(data.foreign):
        assert run.arrays[f"{name}_distance"].shape == run.arrays[f"{name}_score"].shape == (3,)
        assert (run.arrays[f"{name}_score"][0], run.arrays[f"{name}_distance"][0]) == pytest.approx(undamaged)
        assert run.arrays[f"{name}_examples"].shape == (3, 28, 28)
    assert values(run)["contamination_distance_least_step"] > 0
    # if all digits are sevens, any foreign image adds a class, which the score counts as variety
    assert values(run)["few_classes_score_largest_step"] > 0
    assert run.arrays["few_classes_score"][0] < 1.5


def test_the_score_counts_the_digits_that_are_shown(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    curves.mode_dropping(judge, data, 0, run)
    np.testing.assert_allclose(run.arrays["mode_dropping_score"], 10 - np.arange(10), atol=0.2)
    assert values(run)["mode_dropping_count_error"] < 0.2
    assert (np.diff(run.arrays["mode_dropping_distance"]) > 0).all()


def test_one_image_a_digit_has_a_full_score_and_a_distance(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    curves.within_class(judge, data, 0, run)
    found = values(run)
    assert found["one_a_digit_score"] > 9.8
    assert found["one_a_digit_distance"] > 3 * judge.score_and_distance(data.test.images)[1]
    assert run.arrays["within_class_each"].max() <= np.bincount(data.test.labels).min()
    drawn = run.arrays["one_a_digit_draws"]
    assert len(np.unique(drawn[:, 1])) == len(drawn) == found["one_a_digit_draws"]
    assert drawn[0, 1] == run.arrays["within_class_distance"][0]
    assert found["one_a_digit_distance"] == pytest.approx(drawn[:, 1].mean())
    real = judge.score_and_distance(data.test.images)[0]
    assert found["one_a_digit_above"] == 100 * np.mean(drawn[:, 0] > real)


def test_copies_come_near_and_move_the_distance_towards_zero(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    curves.memorisation(judge, data, 0, run)
    found = values(run)
    assert found["nearer_copies"] == 100
    assert found["nearest_images"] == len(run.arrays["nearest_fresh"])
    assert run.arrays["memorisation_distance"][-1] < run.arrays["memorisation_distance"][0]
