"""Measurements of a variant: distance to the curve, coverage, energy distance, plateau of the losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import TYPE_CHECKING

import numpy as np

from experiments.quadratic_gan.data import Coefficients, Scaling, curve_height, residuals
from experiments.quadratic_gan.metrics import PLAYERS
from experiments.sample_quality.sample_distances import energy_distance

if TYPE_CHECKING:
    from experiments.quadratic_gan.config import Config
    from texloom.results.writer import RunWriter

EQUILIBRIUM = {"cross_entropy": (2 * log(2), log(2)), "least_squares": (1 / 4, 1 / 4)}
"""Losses of discriminator and generator when fake and real points have the same distribution, so that D = ½."""

NEAR = 0.02
"""A sample is on the curve if its distance is at most this fraction of the curve's height."""

BINS = 100
"""Number of equal parts of the range of x; the coverage is the fraction of them that contain a sample."""

LATE = 0.8
"""The late change of the distance is measured from this fraction of the training to its end."""

TAIL = 0.1
"""The final fraction of the training, over which the plateau is measured."""


def near_distance(coefficients: Coefficients, x_range: Sequence[float]) -> float:
    """The largest distance of a point that counts as on the curve, in units of y."""
    return NEAR * curve_height(coefficients, x_range)


def on_curve(points: np.ndarray, coefficients: Coefficients, x_range: Sequence[float]) -> np.ndarray:
    """Whether |y − q(x)| of each point is at most `near_distance`, bool; points of shape (…, 2)."""
    return np.abs(residuals(points, coefficients)) <= near_distance(coefficients, x_range)


def coverage(points: np.ndarray, coefficients: Coefficients, x_range: Sequence[float]) -> float:
    """The fraction of BINS equal parts of the range of x that hold a point on the curve; points of shape (n, 2)."""
    near = points[on_curve(points, coefficients, x_range)]
    low, high = x_range
    counts, _ = np.histogram(near[:, 0], bins=BINS, range=(low, high))
    return float(np.mean(counts > 0))


def widest_gap(points: np.ndarray, coefficients: Coefficients, x_range: Sequence[float]) -> float:
    """The longest run of the BINS parts without a point on the curve, as a fraction of the range of x."""
    near = points[on_curve(points, coefficients, x_range)]
    counts, _ = np.histogram(near[:, 0], bins=BINS, range=(x_range[0], x_range[1]))
    return max(len(run) for run in "".join("x" if count else " " for count in counts).split("x")) / BINS


def outside(points: np.ndarray, x_range: Sequence[float]) -> float:
    """The fraction of points whose x lies outside the range; points of shape (n, 2)."""
    low, high = x_range
    return float(np.mean((points[:, 0] < low) | (points[:, 0] > high)))


def plateau(loss: np.ndarray) -> tuple[float, float]:
    """The change of a loss along its trend in the TAIL of its history, and the standard deviation around the trend.

    The trend is the least-squares line through the tail; its change is the absolute difference between its ends.
    """
    tail = np.asarray(loss[-max(round(TAIL * len(loss)), 3) :], np.float64)
    time = np.linspace(-0.5, 0.5, len(tail))
    slope = time @ tail / (time @ time)
    return float(abs(slope)), float(np.std(tail - tail.mean() - slope * time))


def measure_points(
    variant: str, points: np.ndarray, coefficients: Coefficients, x_range: Sequence[float], run: RunWriter
) -> None:
    """Record the distance of generated points to the curve and their coverage; points of shape (n, 2) in data units."""
    distance = np.abs(residuals(points, coefficients))
    run.metric(f"{variant}_median_residual", np.median(distance))
    run.metric(f"{variant}_p95_residual", np.percentile(distance, 95))
    run.metric(f"{variant}_on_curve", 100 * on_curve(points, coefficients, x_range).mean())
    run.metric(f"{variant}_coverage", 100 * coverage(points, coefficients, x_range))
    run.metric(f"{variant}_gap", 100 * widest_gap(points, coefficients, x_range))
    run.metric(f"{variant}_outside", 100 * outside(points, x_range))


def measure_features(variant: str, before: np.ndarray, after: np.ndarray, run: RunWriter) -> None:
    """Record the spread of the real features, and the distance between their centroid and the generated ones'.

    before, after: real and generated features before and after training, each of shape (2, n, d).
    """
    first, last = (float(np.sqrt(((real - real.mean(0)) ** 2).sum(1).mean())) for real, _ in (before, after))
    real, generated = after
    run.metric(f"{variant}_centroid_gap", 100 * float(np.linalg.norm(real.mean(0) - generated.mean(0))) / last)
    run.metric(f"{variant}_feature_radius", last)
    run.metric(f"{variant}_first_feature_radius", first)


def measure_losses(variant: str, loss: str, history: Mapping[str, np.ndarray], every: int, run: RunWriter) -> None:
    """Record the mean of both losses in the tail, their values at equilibrium, and how much they still change.

    every: number of iterations over which each value of the history is a mean.
    """
    for player, value in zip(PLAYERS, EQUILIBRIUM[loss], strict=True):
        values = np.asarray(history[f"{variant}_{player}_loss"])
        if variant == "reference":
            run.metric(f"reference_{player}_peak", values.max(), every=every)
        change, spread = plateau(values)
        tail = values[-max(round(TAIL * len(values)), 3) :]
        run.metric(f"{variant}_{player}_equilibrium", value)
        run.metric(f"{variant}_{player}_loss", tail.mean())
        run.metric(f"{variant}_{player}_change", 100 * change / value)
        run.metric(f"{variant}_{player}_spread", 100 * spread / value)


def distances_over_training(
    samples: Mapping[str, np.ndarray], fresh: np.ndarray, other: np.ndarray, scaling: Scaling, run: RunWriter
) -> None:
    """Record the energy distance to fresh real points at each snapshot, and that of equally many other real points.

    samples: for each variant an array of shape (snapshots, n, 2) in data units; real points have shape (n, 2).
    """
    real = scaling.standardise(fresh)
    for variant, snapshots in samples.items():
        distances = np.array([energy_distance(scaling.standardise(points), real) for points in snapshots])
        run.array(f"{variant}_distance", distances)
        run.metric(f"{variant}_late_change", distances[-1] / distances[round(LATE * (len(distances) - 1))])
        run.metric(f"{variant}_first_size", np.ptp(snapshots[0], axis=0).max())
    run.metric("reference_distance_last", run.arrays["reference_distance"][-1])
    run.metric("improved_distance_first", run.arrays["improved_distance"][1])
    run.array("real_distance", energy_distance(scaling.standardise(other), real))


def measure_distances(
    generated: Mapping[str, np.ndarray],
    fresh: np.ndarray,
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    scaling: Scaling,
    run: RunWriter,
) -> None:
    """Record the energy distance of generated points to fresh real ones, and of pairs of real samples of the same size.

    generated: points by the prefix of the metrics' names. Distances are computed on the standardised scale, so that
    both coordinates count.
    """
    real = scaling.standardise(fresh)
    for name, points in generated.items():
        run.metric(f"{name}_energy_distance", energy_distance(scaling.standardise(points), real))
    between = [energy_distance(*map(scaling.standardise, pair)) for pair in pairs]
    run.metric("real_energy_distance", float(np.mean(between)))


def measure_change(
    change: str, points: np.ndarray, fresh: np.ndarray, config: Config, scaling: Scaling, run: RunWriter
) -> None:
    """Record the result of a training of the one-factor table; points of shape (n, 2), fresh ones of the same shape."""
    near = on_curve(points, config.coefficients, config.x_range)
    run.metric(f"factor_{change}_on_curve", 100 * near.mean())
    distance = energy_distance(*map(scaling.standardise, (points[: len(fresh)], fresh)))
    run.metric(f"factor_{change}_energy_distance", distance)
