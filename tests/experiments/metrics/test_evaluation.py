"""What is written of sets with a known fault, by a judge whose network is read off the pixels."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from experiments.datasets.mnist import Split
from experiments.metrics import damage, evaluation
from experiments.metrics.evaluation import Data
from experiments.metrics.judge import Judge, Opinion
from experiments.metrics.metrics import HANDLING, METRICS
from tests.experiments.metrics.judges import toy_data, toy_judge
from texloom.results.writer import RunWriter


@pytest.fixture(scope="module")
def data() -> Data:
    return toy_data()


@pytest.fixture(scope="module")
def judge(data: Data) -> Judge:
    return toy_judge(data)


def values(run: RunWriter) -> dict[str, float]:
    return {name: metric["value"] for name, metric in run.metrics.items()}


def test_steps_tell_what_is_not_monotone() -> None:
    run = RunWriter(METRICS)
    evaluation.measure_steps("swirl", np.array([[3.0, 1.0], [2.0, 4.0], [2.5, 3.5]]), run)
    found = values(run)
    assert found["swirl_distance_least_step"] == -0.5
    assert (found["swirl_score_least_step"], found["swirl_score_largest_step"]) == (-1, 0.5)
    assert (found["swirl_score_first"], found["swirl_distance_first"]) == (3, 1)
    assert (found["swirl_score_last"], found["swirl_distance_last"]) == (2.5, 3.5)


def test_every_damage_has_its_curve_and_its_examples(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    evaluation.sensitivity(judge, data, levels=2, seed=0, run=run)
    undamaged = judge.score_and_distance(data.test.images)
    for name in damage.kinds(data.foreign):
        assert run.arrays[f"{name}_distance"].shape == run.arrays[f"{name}_amounts"].shape == (3,)
        assert (run.arrays[f"{name}_score"][0], run.arrays[f"{name}_distance"][0]) == pytest.approx(undamaged)
        assert run.arrays[f"{name}_examples"].shape == (3, 28, 28)
    assert values(run)["contamination_distance_least_step"] > 0
    # among sevens alone everything foreign is a new class: that is what the score takes for variety
    assert values(run)["few_classes_score_largest_step"] > 0
    assert run.arrays["few_classes_score"][0] < 1.5


def test_the_score_counts_the_digits_that_are_shown(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    evaluation.mode_dropping(judge, data, 0, run)
    np.testing.assert_allclose(run.arrays["mode_dropping_score"], 10 - np.arange(10), atol=0.2)
    assert values(run)["mode_dropping_count_error"] < 0.2
    assert (np.diff(run.arrays["mode_dropping_distance"]) > 0).all()


def test_one_image_a_digit_has_a_full_score_and_a_distance(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    evaluation.within_class(judge, data, 0, run)
    found = values(run)
    assert found["one_a_digit_score"] > 9.8
    assert found["one_a_digit_distance"] > 3 * judge.score_and_distance(data.test.images)[1]
    assert run.arrays["within_class_each"].max() <= np.bincount(data.test.labels).min()


def test_copies_come_near_and_move_the_distance_towards_zero(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    evaluation.memorisation(judge, data, 0, run)
    found = values(run)
    assert (run.arrays["nearest_copies"] == 0).all()
    assert found["nearer_copies"] == 100
    assert found["nearer_fresh"] == pytest.approx(1, abs=0.3)
    assert run.arrays["memorisation_distance"][-1] < run.arrays["memorisation_distance"][0]


def test_the_bias_of_gaussian_features_is_what_the_formula_says() -> None:
    """The features are Gaussian with known covariance, so slope, intercept and prediction are known."""
    scale = np.linspace(0.5, 2, 6)

    def network(images: np.ndarray) -> Opinion:
        rng = np.random.default_rng(len(images))
        return Opinion(rng.normal(size=(len(images), 6)) * scale, np.full((len(images), 10), 0.1))

    blank = np.zeros((20_000, 1, 1), np.uint8)
    data = toy_data()._replace(others=blank, reference=Split(blank[:10], np.zeros(10, np.uint8)))
    run = RunWriter(METRICS)
    evaluation.sample_size(Judge(network, np.zeros((5, 6))), data, (100, 200, 400), 60, 0, run)
    found, eigenvalues = values(run), scale**2
    expected = 2 * (1.25 * eigenvalues.sum() + 0.5 * sum(a * b / (a + b) for a in eigenvalues for b in eigenvalues))
    assert found["bias_predicted"] == pytest.approx(expected, rel=0.05)
    assert found["bias_slope"] == pytest.approx(expected, rel=0.1)
    assert abs(found["bias_intercept"]) < 0.1 * found["bias_first"]
    assert found["kernel_pull"] < 4
    assert run.arrays["size_distance"].shape == (3, 60)


def test_dead_features_do_not_enter_the_bias() -> None:
    covariance = np.diag([1.0, 4.0, 0.0])
    assert evaluation.gaussian_bias(covariance) == pytest.approx(1.25 * 5 + 0.5 * (0.5 + 2 + 2 * 4 / 5))


def test_the_twin_is_at_distance_zero_and_told_apart_otherwise(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    evaluation.equal_moments(judge, data, 0, run)
    found = values(run)
    assert found["twin_distance"] < 1e-5 < found["twin_real_distance"]
    assert found["twin_energy"] > 2 * found["other_energy"]
    assert found["twin_precision"] < found["other_precision"]
    assert run.arrays["twin_plane"].shape == (2, 500, 2)


@pytest.fixture(scope="module")
def handled(judge: Judge, data: Data) -> RunWriter:
    run = RunWriter(METRICS)
    evaluation.handling(judge, data, run)
    return run


@pytest.mark.parametrize("quality", [95, 75, 50])
def test_the_distance_of_a_compression_is_that_of_its_quality(
    judge: Judge, data: Data, handled: RunWriter, quality: int
) -> None:
    def stored(image: np.ndarray) -> np.ndarray:
        file = io.BytesIO()
        Image.fromarray(image).save(file, "JPEG", quality=quality)
        return np.asarray(Image.open(file))

    distance = judge.score_and_distance(np.stack([stored(image) for image in data.test.images]))[1]
    assert values(handled)[f"handled_jpeg_{quality}"] == distance


def test_handling_has_a_number_for_each_name(judge: Judge, data: Data, handled: RunWriter) -> None:
    found = values(handled)
    assert handled.arrays["handling_names"].tolist() == list(HANDLING.values())
    np.testing.assert_array_equal(handled.arrays["handling_distance"], [found[f"handled_{name}"] for name in HANDLING])
    assert found["handling_filter_gap"] == abs(found["handled_aliased"] - found["handled_antialiased"])
    assert found["handled_as_they_are"] == pytest.approx(judge.score_and_distance(data.test.images)[1])
    assert found["handled_range"] > found["handled_jpeg_50"] > 0


def test_a_mixture_is_found_that_reaches_a_distance(judge: Judge, data: Data) -> None:
    half = damage.contaminate(data.foreign)(data.test.images, 0.5, np.random.default_rng(0))
    wanted = judge.score_and_distance(half)[1]
    mixed, part = evaluation.mixture_at_distance(judge, data.test.images, data.foreign, wanted, seed=0)
    assert judge.score_and_distance(mixed)[1] == pytest.approx(wanted, rel=0.05)
    assert part == pytest.approx(0.5, abs=0.03)


def test_all_measures_are_taken_of_all_cases(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    evaluation.cases(judge, data, data.foreign, 0, run)
    found = values(run)
    assert found["case_mixed_distance"] == pytest.approx(found["case_one_a_digit_distance"], rel=0.1)
    assert found["case_copies_copied"] == 100
    assert found["case_real_copied"] == pytest.approx(1, abs=0.3)
    assert found["case_real_coverage"] > found["case_dropped_coverage"] > found["case_one_a_digit_coverage"]
    assert found["case_foreign_precision"] == 0
    assert found["case_one_a_digit_recall"] < 0.1
    assert found["case_mixed_precision"] < found["case_real_precision"]


def test_verdicts_are_kept_with_their_images(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    evaluation.domain(judge, data, data.test.images, run)
    np.testing.assert_array_equal(run.arrays["fooling_images"], data.test.images[:10])
    np.testing.assert_array_equal(run.arrays["fooling_verdicts"].argmax(axis=1), data.test.labels[:10])
    assert values(run)["fooling_confidence"] > 95
