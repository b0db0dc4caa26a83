"""Both metrics over sets with an increasing fault: damage, missing classes, missing variety, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.datasets.mnist import DIGITS
from experiments.metrics import damage, samples
from experiments.metrics.judge import Judge
from experiments.metrics.metrics import COPIES, CURVES
from experiments.metrics.samples import Data

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

EACH = (1, 2, 5, 10, 30, 100, 300, 800)
"""Numbers of images per digit in the sets without variety within a class."""
DRAWS = 20
"""Number of draws of one image per digit."""
COPIED = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Fractions of copies in the sets with copies of the reference."""
NEAREST = 2000
"""Number of images whose nearest reference image is computed."""
COPY_NOISE = 0.05
"""Standard deviation of the noise on near copies, as a fraction of the range of values."""


def record_curve(name: str, judge: Judge, sets: list[np.ndarray], run: RunWriter) -> np.ndarray:
    """Compute score and distance of each set and store them as an array of shape (sets, 2)."""
    curve = np.array([judge.score_and_distance(images) for images in sets])
    run.array(f"{name}_score", curve[:, 0])
    run.array(f"{name}_distance", curve[:, 1])
    return curve


def measure_steps(name: str, curve: np.ndarray, run: RunWriter) -> None:
    """Record what the report states about both metrics along a curve of increasing damage, shape (levels, 2)."""
    score, distance = np.diff(curve, axis=0).T
    statistics = {
        "distance_least_step": distance.min(),
        "distance_least_later_step": distance[1:].min(),
        "score_least_step": score.min(),
        "score_largest_step": score.max(),
        "distance_first": curve[0, 1],
        "score_first": curve[0, 0],
        "distance_last": curve[-1, 1],
        "score_last": curve[-1, 0],
    }
    for statistic in CURVES[name]:
        run.metric(f"{name}_{statistic}", statistics[statistic])


def sensitivity(judge: Judge, data: Data, levels: int, seed: int, run: RunWriter) -> None:
    """Measure both metrics over levels of each damage, and store examples; then do so on data with few classes."""
    for number, (name, kind) in enumerate(damage.kinds(data.foreign).items()):
        amounts = damage.amounts(kind, levels)
        rng = [np.random.default_rng([seed, number, level]) for level in range(levels + 1)]
        sets = [kind.damage(data.test.images, amount, each) for amount, each in zip(amounts, rng, strict=True)]
        measure_steps(name, record_curve(name, judge, sets, run), run)
        run.array(f"{name}_examples", np.stack([images[number] for images in sets]))
    few_classes(judge, data, levels, seed, run)


def few_classes(judge: Judge, data: Data, levels: int, seed: int, run: RunWriter) -> None:
    """Contaminate sevens with emojis, which the score takes for an improvement."""
    sevens = data.test.images[data.test.labels == 7]
    own = Judge(judge.network, judge.network(data.reference.images[data.reference.labels == 7]).features)
    kind = damage.kinds(data.foreign)["contamination"]
    amounts = damage.amounts(kind, levels)
    sets = [kind.damage(sevens, amount, np.random.default_rng([seed, 100, i])) for i, amount in enumerate(amounts)]
    measure_steps("few_classes", record_curve("few_classes", own, sets, run), run)
    run.array("few_classes_examples", np.stack([images[7] for images in sets]))


def mode_dropping(judge: Judge, data: Data, seed: int, run: RunWriter) -> None:
    """Leave out one digit after another."""
    count = len(data.test.images)
    sets = [samples.without_digits(*data.test, dropped, count, seed) for dropped in range(DIGITS)]
    curve = record_curve("mode_dropping", judge, sets, run)
    measure_steps("mode_dropping", curve, run)
    gaps = np.abs(curve[:, 0] - (DIGITS - np.arange(DIGITS)))
    run.metric("mode_dropping_count_error", gaps.max())


def within_class(judge: Judge, data: Data, seed: int, run: RunWriter) -> None:
    """Use an increasing number of images per digit, repeated to the same size."""
    count = len(data.test.images)
    each = [number for number in EACH if number <= np.bincount(data.test.labels).min()]
    curve = record_curve("within_class", judge, [samples.few_a_digit(*data.test, n, count, seed) for n in each], run)
    run.array("within_class_each", each)
    one_a_digit(judge, data, seed, run)
    run.metric("within_class_score_range", np.ptp(curve[:, 0]))
    run.metric("within_class_distance_falls", -np.diff(curve[:, 1]).max())


def one_a_digit(judge: Judge, data: Data, seed: int, run: RunWriter) -> None:
    """Repeat one image per digit, for several draws: record mean, range, and how many draws score above real images."""
    count, real = len(data.test.images), judge.score_and_distance(data.test.images)[0]
    drawn = [samples.few_a_digit(*data.test, 1, count, seed + number) for number in range(DRAWS)]
    found = np.array([judge.score_and_distance(images) for images in drawn])
    run.array("one_a_digit_draws", found)
    run.metric("one_a_digit_draws", DRAWS)
    for name, values in zip(("score", "distance"), found.T, strict=True):
        run.metric(f"one_a_digit_{name}", values.mean(), error=values.std(ddof=1) / DRAWS**0.5)
        run.metric(f"one_a_digit_least_{name}", values.min())
        run.metric(f"one_a_digit_most_{name}", values.max())
    run.metric("one_a_digit_above", 100 * float(np.mean(found[:, 0] > real)))


def memorisation(judge: Judge, data: Data, seed: int, run: RunWriter) -> None:
    """Replace fresh images by copies of the reference; near copies have a little noise."""
    fresh, reference = data.test.images, data.reference.images[: len(data.test.images)]
    curve = record_curve("memorisation", judge, [samples.partly_copied(fresh, reference, part) for part in COPIED], run)
    run.array("memorisation_part", COPIED)
    near = damage.gaussian_noise(reference, COPY_NOISE, np.random.default_rng([seed, 200]))
    nearest = {
        name: judge.nearest(judge.network(images[:NEAREST]).features)
        for name, images in (("fresh", fresh), ("copies", reference), ("near_copies", near))
    }
    run.metric("nearest_images", min(NEAREST, len(fresh)))
    run.metric("copy_noise", COPY_NOISE)
    border = np.percentile(nearest["fresh"], 1)
    for name in ("fresh", "near_copies"):
        run.array(f"nearest_{name}", nearest[name])
    for name in COPIES:
        run.metric(f"nearer_{name}", 100 * np.mean(nearest[name] < border))
    run.metric("copies_score", curve[-1, 0])
    run.metric("copies_distance", curve[-1, 1])
    run.metric("memorisation_distance_rises", np.diff(curve[:, 1]).max())
