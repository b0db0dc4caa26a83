"""How both metrics and the kernel distance depend on the number of images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.metrics.judge import Judge
from experiments.metrics.samples import Data
from experiments.sample_quality.frechet import Moments, frechet_distance
from experiments.sample_quality.inception_score import inception_score
from experiments.sample_quality.kernel_distance import squared_discrepancy

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

KERNEL_IMAGES = 2000
"""Largest sample size for which the kernel distance uses all pairs."""
SPLITS = (1, 2, 5, 10, 20, 50, 100)


def sample_size(judge: Judge, data: Data, sizes: tuple[int, ...], repeats: int, seed: int, run: RunWriter) -> None:
    """Record the distances of two real samples, whose true value is 0, and the score, for each number of images."""
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
    """Fit a straight line in 1/N to the distances; record the slope that eq:fid-bias predicts, and the kernel distance.

    A line is fitted to each repeat; the errors are those of the means over repeats.
    """
    lines = np.polyfit(1 / sizes, distances, 1)
    (slope, intercept), (slope_error, intercept_error) = means_and_errors(lines)
    run.metric("bias_slope", slope, error=slope_error)
    run.metric("bias_intercept", intercept, error=intercept_error)
    run.metric("bias_predicted", 2 * gaussian_bias(covariance))
    found, errors = means_and_errors(distances)
    expected = intercept + slope / sizes
    run.metric("bias_misfit", np.max(np.abs(found / expected - 1)) * 100)
    run.metric("bias_first", found[0], error=errors[0])
    run.metric("bias_last", found[-1], error=errors[-1])
    kernel, kernel_errors = means_and_errors(kernels[np.isfinite(kernels).all(axis=1)])
    run.metric("kernel_pull", np.max(np.abs(kernel / kernel_errors)))
    run.metric("kernel_largest", np.abs(kernel).max(), error=kernel_errors[np.abs(kernel).argmax()])
    score, score_errors = means_and_errors(scores)
    run.metric("score_first", score[0], error=score_errors[0])
    run.metric("score_last", score[-1], error=score_errors[-1])
    run.metric("score_least_rise", np.diff(score).min())


def means_and_errors(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means over repeats and their standard errors, from shape (n, repeats) to shape (n,) each."""
    return values.mean(axis=1), values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])


def gaussian_bias(covariance: np.ndarray) -> float:
    """N times the first-order bias of the distance to N samples of a Gaussian, eq:fid-bias."""
    eigenvalues = np.linalg.eigvalsh(covariance)
    eigenvalues = eigenvalues[eigenvalues > 1e-12 * eigenvalues[-1]]
    pairs = np.outer(eigenvalues, eigenvalues) / np.add.outer(eigenvalues, eigenvalues)
    return float(1.25 * eigenvalues.sum() + 0.5 * pairs.sum())


def splits_of_the_score(posteriors: np.ndarray, run: RunWriter) -> None:
    """Record the score of the same images with an increasing number of splits."""
    scores = np.array([inception_score(posteriors, splits) for splits in SPLITS])
    run.array("splits", SPLITS)
    run.array("splits_score", scores)
    run.metric("splits_one", scores[0, 0])
    run.metric("splits_many", scores[-1, 0], parts=SPLITS[-1])
