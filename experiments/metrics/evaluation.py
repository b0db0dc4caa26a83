"""The two metrics on sets whose fault is known; every function writes its curves and the numbers that are claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from experiments.datasets.mnist import DIGITS, SIDE, Split
from experiments.metrics import damage, preprocessing, samples
from experiments.metrics.judge import Judge
from experiments.metrics.metrics import GAPS, HANDLING
from experiments.sample_quality.frechet import Moments, frechet_distance
from experiments.sample_quality.inception_score import inception_score
from experiments.sample_quality.kernel_distance import kernel_distance, squared_discrepancy
from experiments.sample_quality.sample_distances import energy_distance

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

EACH = (1, 2, 5, 10, 30, 100, 300, 800)
"""Images a digit in the sets without variety within a class."""
COPIED = (0.0, 0.25, 0.5, 0.75, 1.0)
DROPPED = 3
"""Digits that the set with missing modes lacks where it is compared with the others."""
CASE_NOISE = 0.2
"""Standard deviation of the noise where it is compared with the others."""
NEAREST = 2000
"""Images whose nearest reference image is looked for."""
COPY_NOISE = 0.05
"""Standard deviation of the noise on copies that are not quite copies."""
KERNEL_IMAGES = 2000
"""Largest sample whose kernel distance is taken over all pairs."""
SPLITS = (1, 2, 5, 10, 20, 50, 100)
TWIN_POINTS = 2000
"""Points of the twin sets that are drawn, and that enter the energy distance."""


class Data(NamedTuple):
    """What is judged: real test images, the training images that are the reference, others, and foreign images."""

    test: Split
    reference: Split
    others: np.ndarray
    """Training images outside the reference, (n, 28, 28)."""
    foreign: np.ndarray
    """Images of another data set in the same format."""


def record_curve(name: str, judge: Judge, sets: list[np.ndarray], run: RunWriter) -> np.ndarray:
    """Score and distance of one set after the other, kept as arrays; shape (sets, 2)."""
    curve = np.array([judge.score_and_distance(images) for images in sets])
    run.array(f"{name}_score", curve[:, 0])
    run.array(f"{name}_distance", curve[:, 1])
    return curve


def measure_steps(name: str, curve: np.ndarray, run: RunWriter) -> None:
    """How monotone both metrics are along a curve of growing damage, shape (levels, 2)."""
    score, distance = np.diff(curve, axis=0).T
    run.metric(f"{name}_distance_least_step", distance.min())
    run.metric(f"{name}_score_least_step", score.min())
    run.metric(f"{name}_score_largest_step", score.max())
    run.metric(f"{name}_distance_first", curve[0, 1])
    run.metric(f"{name}_score_first", curve[0, 0])
    run.metric(f"{name}_distance_last", curve[-1, 1])
    run.metric(f"{name}_score_last", curve[-1, 0])


def sensitivity(judge: Judge, data: Data, levels: int, seed: int, run: RunWriter) -> None:
    """Both metrics over levels of each damage, and examples of it; last, of data that fill few classes."""
    for number, (name, kind) in enumerate(damage.kinds(data.foreign).items()):
        amounts = damage.amounts(kind, levels)
        run.array(f"{name}_amounts", amounts)
        rng = [np.random.default_rng([seed, number, level]) for level in range(levels + 1)]
        sets = [kind.damage(data.test.images, amount, each) for amount, each in zip(amounts, rng, strict=True)]
        measure_steps(name, record_curve(name, judge, sets, run), run)
        run.array(f"{name}_examples", np.stack([images[number] for images in sets]))
    few_classes(judge, data, levels, seed, run)


def few_classes(judge: Judge, data: Data, levels: int, seed: int, run: RunWriter) -> None:
    """Contamination where it looks like progress: the data are sevens, what gets among them are emojis."""
    sevens = data.test.images[data.test.labels == 7]
    own = Judge(judge.network, judge.network(data.reference.images[data.reference.labels == 7]).features)
    kind = damage.kinds(data.foreign)["contamination"]
    amounts = damage.amounts(kind, levels)
    sets = [kind.damage(sevens, amount, np.random.default_rng([seed, 100, i])) for i, amount in enumerate(amounts)]
    run.array("few_classes_amounts", amounts)
    measure_steps("few_classes", record_curve("few_classes", own, sets, run), run)
    run.array("few_classes_examples", np.stack([images[7] for images in sets]))


def mode_dropping(judge: Judge, data: Data, seed: int, run: RunWriter) -> None:
    """Digits left out, one after another."""
    count = len(data.test.images)
    sets = [samples.without_digits(*data.test, dropped, count, seed) for dropped in range(DIGITS)]
    curve = record_curve("mode_dropping", judge, sets, run)
    measure_steps("mode_dropping", curve, run)
    gaps = np.abs(curve[:, 0] - (DIGITS - np.arange(DIGITS)))
    run.metric("mode_dropping_count_error", gaps.max())


def within_class(judge: Judge, data: Data, seed: int, run: RunWriter) -> None:
    """Ever more images a digit, repeated to the same size."""
    count = len(data.test.images)
    each = [number for number in EACH if number <= np.bincount(data.test.labels).min()]
    curve = record_curve("within_class", judge, [samples.few_a_digit(*data.test, n, count, seed) for n in each], run)
    run.array("within_class_each", each)
    run.metric("one_a_digit_score", curve[0, 0])
    run.metric("one_a_digit_distance", curve[0, 1])
    run.metric("within_class_score_range", np.ptp(curve[:, 0]))
    run.metric("within_class_distance_falls", -np.diff(curve[:, 1]).max())


def memorisation(judge: Judge, data: Data, seed: int, run: RunWriter) -> None:
    """Fresh images give way to copies of the reference; near copies carry a little noise."""
    fresh, reference = data.test.images, data.reference.images[: len(data.test.images)]
    curve = record_curve("memorisation", judge, [partly(fresh, reference, part) for part in COPIED], run)
    run.array("memorisation_part", COPIED)
    near = damage.gaussian_noise(reference, COPY_NOISE, np.random.default_rng([seed, 200]))
    nearest = {
        name: judge.nearest(judge.network(images[:NEAREST]).features)
        for name, images in (("fresh", fresh), ("copies", reference), ("near_copies", near))
    }
    run.metric("nearest_images", min(NEAREST, len(fresh)))
    run.metric("copy_noise", COPY_NOISE)
    border = np.percentile(nearest["fresh"], 1)
    for name, values in nearest.items():
        run.array(f"nearest_{name}", values)
        run.metric(f"nearer_{name}", 100 * np.mean(values < border))
    run.metric("copies_score", curve[-1, 0])
    run.metric("copies_distance", curve[-1, 1])
    run.metric("memorisation_distance_rises", np.diff(curve[:, 1]).max())


partly = samples.partly_copied


def sample_size(judge: Judge, data: Data, sizes: tuple[int, ...], repeats: int, seed: int, run: RunWriter) -> None:
    """Distances of two real samples, whose true value is 0, and the score, over the number of images."""
    opinion = judge.network(np.concatenate([data.others, data.reference.images]))
    features, posteriors = opinion
    distances, kernels, scores = np.zeros((3, len(sizes), repeats))
    for i, size in enumerate(sizes):
        for j in range(repeats):
            rows = np.random.default_rng([seed, 300, i, j]).permutation(len(features))
            first, second = features[rows[:size]], features[rows[size : 2 * size]]
            distances[i, j] = frechet_distance(Moments.of(first), Moments.of(second))
            kernels[i, j] = squared_discrepancy(first, second) if size <= KERNEL_IMAGES else np.nan
            scores[i, j] = inception_score(posteriors[rows[:size]]).mean
    run.array("size", sizes)
    run.metric("kernel_images", KERNEL_IMAGES)
    for name, values in (("distance", distances), ("kernel", kernels), ("score", scores)):
        run.array(f"size_{name}", values)
    measure_bias(np.array(sizes), distances, kernels, scores, Moments.of(features).covariance, run)
    splits_of_the_score(posteriors[np.random.default_rng([seed, 301]).permutation(len(posteriors))][:10_000], run)


def measure_bias(
    sizes: np.ndarray, distances: np.ndarray, kernels: np.ndarray, scores: np.ndarray, covariance: Any, run: RunWriter
) -> None:
    """The straight line in 1/N through the distances, what eq:fid-bias says of its slope, and the kernel distance."""
    slope, intercept = np.polyfit(1 / sizes, distances.mean(axis=1), 1)
    run.metric("bias_slope", slope)
    run.metric("bias_intercept", intercept)
    run.metric("bias_predicted", 2 * gaussian_bias(covariance))
    run.metric("bias_first", distances[0].mean())
    run.metric("bias_last", distances[-1].mean())
    known = kernels[np.isfinite(kernels).all(axis=1)]
    pulls = known.mean(axis=1) / (known.std(axis=1, ddof=1) / np.sqrt(known.shape[1]))
    run.metric("kernel_pull", np.abs(pulls).max())
    run.metric("score_first", scores[0].mean())
    run.metric("score_last", scores[-1].mean())


def gaussian_bias(covariance: np.ndarray) -> float:
    """N times the first-order bias of the distance to N samples of a Gaussian, eq:fid-bias."""
    eigenvalues = np.linalg.eigvalsh(covariance)
    eigenvalues = eigenvalues[eigenvalues > 1e-12 * eigenvalues[-1]]
    pairs = np.outer(eigenvalues, eigenvalues) / np.add.outer(eigenvalues, eigenvalues)
    return float(1.25 * eigenvalues.sum() + 0.5 * pairs.sum())


def splits_of_the_score(posteriors: np.ndarray, run: RunWriter) -> None:
    """The same images, scored in more and more parts."""
    scores = np.array([inception_score(posteriors, splits) for splits in SPLITS])
    run.array("splits", SPLITS)
    run.array("splits_score", scores)
    run.metric("splits_one", scores[0, 0])
    run.metric("splits_many", scores[-1, 0], parts=SPLITS[-1])


def equal_moments(judge: Judge, data: Data, seed: int, run: RunWriter) -> None:
    """Features of real images, and Gaussian vectors with the same mean and covariance."""
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
        run.metric(f"{name}_coverage", neighbourhood.coverage)
    mean, (_, vectors) = real.mean(axis=0), np.linalg.eigh(np.cov(real, rowvar=False))
    run.array("twin_plane", np.stack([((each - mean) @ vectors[:, -2:])[:TWIN_POINTS] for each in (real, twin)]))


def handling(judge: Judge, data: Data, run: RunWriter) -> None:
    """The distance of the same images, handled in slightly different ways, to the reference as it is."""
    images = data.test.images
    half, small = preprocessing.shift_by_half_a_pixel(images), SIDE // 2
    back = lambda shrunk: damage.to_bytes(preprocessing.resize_with_antialiasing(shrunk, SIDE))  # noqa: E731
    handled = {
        "as_they_are": images,
        "jpeg_95": preprocessing.compress(images, 95),
        "jpeg_75": preprocessing.compress(images, 75),
        "jpeg_50": preprocessing.compress(images, 50),
        "antialiased": back(preprocessing.resize_with_antialiasing(images, small)),
        "aliased": back(preprocessing.resize_without_antialiasing(images, small)),
        "float": half,
        "rounded": damage.to_bytes(half),
        "truncated": half.astype(np.uint8),
        "range": 2.0 * images - 255,
    }
    found = {name: judge.score_and_distance(each)[1] for name, each in handled.items()}
    run.array("handling_names", [HANDLING[name] for name in found])
    run.array("handling_distance", list(found.values()))
    for name, distance in found.items():
        run.metric(f"handled_{name}", distance)
    for name, (one, other) in GAPS.items():
        gap = abs(found[one] - found[other])
        run.metric(f"handling_{name}_gap", gap)


def cases(judge: Judge, data: Data, fooling: np.ndarray, seed: int, run: RunWriter) -> None:
    """All measures on the same sets; two of them have nearly the same score and distance, and opposite faults."""
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
        for measure, value in measure_case(judge, images, border).items():
            run.metric(f"case_{name}_{measure}", value)


def measure_case(judge: Judge, images: np.ndarray, border: float) -> dict[str, float]:
    """Every measure of one set; "copied" is the percentage nearer to the reference than `border`."""
    opinion = judge.network(images)
    return {
        "score": inception_score(opinion.posteriors).mean,
        "distance": judge.distance(opinion.features),
        "kernel": judge.kernel_distance(opinion.features).mean,
        **judge.neighbourhood(opinion.features)._asdict(),
        "copied": float(100 * np.mean(judge.nearest(opinion.features[:NEAREST]) < border)),
    }


def mixture_at_distance(
    judge: Judge, images: np.ndarray, foreign: np.ndarray, distance: float, seed: int
) -> tuple[np.ndarray, float]:
    """The images with so many foreign ones among them that they are at a distance, and the part of these: bisection."""
    low, high, mixed = 0.0, 1.0, images
    for _ in range(9):
        part = (low + high) / 2
        mixed = damage.contaminate(foreign)(images, part, np.random.default_rng([seed, 401]))
        low, high = (part, high) if judge.score_and_distance(mixed)[1] < distance else (low, part)
    return mixed, part


def domain(judge: Judge, data: Data, fooling: np.ndarray, run: RunWriter) -> None:
    """What the classifier says of images of no class: of another data set, and of noise that was made to please it."""
    for name, images in (("foreign", data.foreign), ("fooling", fooling)):
        features, posteriors = judge.network(images)
        run.metric(f"{name}_score", inception_score(posteriors).mean)
        run.metric(f"{name}_distance", judge.distance(features))
        run.metric(f"{name}_confidence", 100 * posteriors.max(axis=1).mean())
        run.array(f"{name}_images", images[:DIGITS])
        run.array(f"{name}_verdicts", posteriors[:DIGITS])
