"""Both metrics and other measures, compared on the same sets and on different ways of preprocessing a set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.datasets.mnist import DIGITS, SIDE
from experiments.metrics import damage, preprocessing, samples
from experiments.metrics.curves import NEAREST
from experiments.metrics.judge import Judge
from experiments.metrics.metrics import GAPS, HANDLED, HANDLING
from experiments.metrics.samples import Data
from experiments.sample_quality.frechet import Moments, frechet_distance
from experiments.sample_quality.inception_score import inception_score
from experiments.sample_quality.kernel_distance import kernel_distance
from experiments.sample_quality.sample_distances import energy_distance
from texloom.results.tiling import to_bytes

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

DROPPED = 3
"""Number of digits that are missing from the set with missing modes in the comparison."""
CASE_NOISE = 0.2
"""Standard deviation of the noise in the comparison."""
ROUNDING = 1e-6
"""A distance below this is taken as that of a set to itself."""
TWIN_POINTS = 2000
"""Points of the twin sets that are drawn, and that are used for the energy distance."""


def equal_moments(judge: Judge, data: Data, seed: int, run: RunWriter) -> None:
    """Compare features of real images with Gaussian vectors of the same mean and covariance."""
    real = judge.network(data.test.images).features.astype(np.float64)
    twin = samples.gaussian_twin(real, seed)
    other = judge.reference[: len(real)]
    run.metric("twin_distance", frechet_distance(Moments.of(real), Moments.of(twin)))
    run.metric("twin_real_distance", judge.distance(real))
    for name, values in (("twin", twin), ("other", other)):
        kernel = kernel_distance(real, values, subsets=20)
        energy = energy_distance(real[:TWIN_POINTS], values[:TWIN_POINTS])
        neighbourhood = judge.neighbourhood(values) if name == "twin" else judge.neighbourhood(real)
        run.metric(f"{name}_kernel", kernel.mean)
        run.metric(f"{name}_energy", energy)
        run.metric(f"{name}_precision", neighbourhood.precision)
    mean, (_, vectors) = real.mean(axis=0), np.linalg.eigh(np.cov(real, rowvar=False))
    run.array("twin_plane", np.stack([((each - mean) @ vectors[:, -2:])[:TWIN_POINTS] for each in (real, twin)]))


def handling(judge: Judge, data: Data, run: RunWriter) -> None:
    """Record the distance of the same images, preprocessed in slightly different ways, to the unchanged reference."""
    images = data.test.images
    half, small = preprocessing.shift_by_half_a_pixel(images), SIDE // 2
    back = lambda shrunk: to_bytes(preprocessing.resize_with_antialiasing(shrunk, SIDE))  # noqa: E731
    handled = {
        "as_they_are": images,
        "jpeg_95": preprocessing.compress(images, 95),
        "jpeg_75": preprocessing.compress(images, 75),
        "jpeg_50": preprocessing.compress(images, 50),
        "antialiased": back(preprocessing.resize_with_antialiasing(images, small)),
        "aliased": back(preprocessing.resize_without_antialiasing(images, small)),
        "float": half,
        "rounded": to_bytes(half),
        "truncated": half.astype(np.uint8),
        "range": 2.0 * images - 255,
    }
    found = {name: judge.score_and_distance(each)[1] for name, each in handled.items()}
    run.array("handling_names", [HANDLING[name] for name in found])
    run.array("handling_distance", list(found.values()))
    for name in HANDLED:
        run.metric(f"handled_{name}", found[name])
    for name, (one, other) in GAPS.items():
        gap = abs(found[one] - found[other])
        run.metric(f"handling_{name}_gap", gap)
    worst = max(distance for name, distance in found.items() if name != "range")
    run.metric("handling_range_ratio", found["range"] / worst)


def cases(judge: Judge, data: Data, fooling: np.ndarray, seed: int, run: RunWriter) -> None:
    """Record all measures on the same sets; two have nearly the same score and distance, and opposite faults."""
    count = len(data.test.images)
    one_a_digit = samples.few_a_digit(*data.test, 1, count, seed)
    distance = judge.score_and_distance(one_a_digit)[1]
    mixed, part = mixture_at_distance(judge, data.test.images, fooling, distance, seed)
    run.metric("mixed_part", 100 * part)
    sets = {
        "real": data.test.images,
        "dropped": samples.without_digits(*data.test, DROPPED, count, seed),
        "noise": damage.gaussian_noise(data.test.images, CASE_NOISE, np.random.default_rng([seed, 400])),
        "one_a_digit": one_a_digit,
        "mixed": mixed,
        "copies": data.reference.images[:count],
        "foreign": data.foreign,
    }
    border = np.percentile(judge.nearest(judge.network(data.test.images[:NEAREST]).features), 1)
    for name, images in sets.items():
        for measure, (value, error) in measure_case(judge, images, border).items():
            run.metric(f"case_{name}_{measure}", value, error=error)


def measure_case(judge: Judge, images: np.ndarray, border: float) -> dict[str, tuple[float, float | None]]:
    """Record every measure of one set, with its standard error over images if that is known.

    "copied" is the percentage of images nearer to the reference than `border`. No error is
    recorded for the distance of a set to itself, nor for repeated images, because these are not a random sample of
    images. The text says how much another draw of the repeated images differs.
    """
    opinion = judge.network(images)
    score, distance = inception_score(opinion.posteriors).mean, judge.distance(opinion.features)
    kernel, errors = judge.kernel_distance(opinion.features), judge.errors(opinion)
    repeats = len({image.tobytes() for image in images}) < len(images) / 2
    return {
        "score": (score, None if repeats else errors[0]),
        "distance": (distance, None if repeats or distance < ROUNDING else errors[1]),
        "kernel": (kernel.mean, None if repeats else kernel.standard_error),
        **{name: (value, None) for name, value in judge.neighbourhood(opinion.features)._asdict().items()},
        "copied": (float(100 * np.mean(judge.nearest(opinion.features[:NEAREST]) < border)), None),
    }


def mixture_at_distance(
    judge: Judge, images: np.ndarray, foreign: np.ndarray, distance: float, seed: int
) -> tuple[np.ndarray, float]:
    """Images contaminated with foreign ones until a distance is reached, and the fraction of these, by bisection."""
    low, high, mixed = 0.0, 1.0, images
    for _ in range(9):
        part = (low + high) / 2
        mixed = damage.contaminate(foreign)(images, part, np.random.default_rng([seed, 401]))
        low, high = (part, high) if judge.score_and_distance(mixed)[1] < distance else (low, part)
    return mixed, part


def domain(judge: Judge, data: Data, fooling: np.ndarray, run: RunWriter) -> None:
    """Record the classifier's answers for images of no class: another data set, and noise optimised to fool it."""
    for name, images in (("foreign", data.foreign), ("fooling", fooling)):
        features, posteriors = judge.network(images)
        if name == "fooling":  # the score and the distance of the foreign images are recorded by `cases`
            run.metric("fooling_score", inception_score(posteriors).mean)
            run.metric("fooling_distance", judge.distance(features))
        run.metric(f"{name}_confidence", 100 * posteriors.max(axis=1).mean())
        run.array(f"{name}_images", images[:DIGITS])
        run.array(f"{name}_verdicts", posteriors[:DIGITS])
