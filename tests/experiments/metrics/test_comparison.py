"""The comparison of sets, with the stub judge."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from experiments.metrics import comparison, damage
from experiments.metrics.judge import Judge
from experiments.metrics.metrics import HANDLED, HANDLING, METRICS
from experiments.metrics.samples import Data
from tests.experiments.metrics.judges import values
from texloom.results.writer import RunWriter


def test_the_twin_is_at_distance_zero_and_told_apart_otherwise(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    comparison.equal_moments(judge, data, 0, run)
    found = values(run)
    assert found["twin_distance"] < 1e-5 < found["twin_real_distance"]
    assert found["twin_energy"] > 2 * found["other_energy"]
    assert found["twin_precision"] < found["other_precision"]
    assert run.arrays["twin_plane"].shape == (2, 500, 2)


@pytest.fixture(scope="module")
def handled(judge: Judge, data: Data) -> RunWriter:
    run = RunWriter(METRICS)
    comparison.handling(judge, data, run)
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
    shown = dict(zip(handled.arrays["handling_names"], handled.arrays["handling_distance"], strict=True))
    assert shown[f"JPEG, quality {quality}"] == distance


def test_handling_has_a_number_for_each_name(judge: Judge, data: Data, handled: RunWriter) -> None:
    found = values(handled)
    assert handled.arrays["handling_names"].tolist() == list(HANDLING.values())
    shown = dict(zip(HANDLING, handled.arrays["handling_distance"], strict=True))
    assert {name: found[f"handled_{name}"] for name in HANDLED} == {name: shown[name] for name in HANDLED}
    assert found["handling_filter_gap"] == abs(found["handled_aliased"] - found["handled_antialiased"])
    assert shown["as_they_are"] == pytest.approx(judge.score_and_distance(data.test.images)[1])
    assert found["handled_range"] > found["handled_jpeg_50"] > 0
    others = [distance for name, distance in shown.items() if name != "range"]
    assert found["handling_range_ratio"] == shown["range"] / max(others)


def test_a_mixture_is_found_that_reaches_a_distance(judge: Judge, data: Data) -> None:
    half = damage.contaminate(data.foreign)(data.test.images, 0.5, np.random.default_rng(0))
    wanted = judge.score_and_distance(half)[1]
    mixed, part = comparison.mixture_at_distance(judge, data.test.images, data.foreign, wanted, seed=0)
    assert judge.score_and_distance(mixed)[1] == pytest.approx(wanted, rel=0.05)
    assert part == pytest.approx(0.5, abs=0.03)


def test_all_measures_are_taken_of_all_cases(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    comparison.cases(judge, data, data.foreign, 0, run)
    found = values(run)
    assert found["case_mixed_distance"] == pytest.approx(found["case_one_a_digit_distance"], rel=0.1)
    assert found["case_copies_copied"] == 100
    assert found["case_real_copied"] == pytest.approx(1, abs=0.3)
    assert found["case_real_coverage"] > found["case_dropped_coverage"] > found["case_one_a_digit_coverage"]
    assert found["case_foreign_precision"] == 0
    assert found["case_one_a_digit_recall"] < 0.1
    assert found["case_mixed_precision"] < found["case_real_precision"]
    known = {name for name, metric in run.metrics.items() if "error" in metric}
    assert {f"case_{name}_{each}" for name in ("real", "noise", "foreign") for each in ("score", "distance")} <= known
    assert not known & {"case_one_a_digit_score", "case_one_a_digit_distance"}


def test_verdicts_are_kept_with_their_images(judge: Judge, data: Data) -> None:
    run = RunWriter(METRICS)
    comparison.domain(judge, data, data.test.images, run)
    np.testing.assert_array_equal(run.arrays["fooling_images"], data.test.images[:10])
    np.testing.assert_array_equal(run.arrays["fooling_verdicts"].argmax(axis=1), data.test.labels[:10])
    assert values(run)["fooling_confidence"] > 95
