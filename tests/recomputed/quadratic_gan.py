"""The simple GAN's metrics: points, from stored weights and arrays, against the curve; losses, from the history."""

from __future__ import annotations

import re
from math import log
from pathlib import Path

import numpy as np
from scipy.spatial.distance import pdist

from tests.recomputed.networks import stored
from tests.recomputed.random_numbers import key_of, uniform
from tests.recomputed.report import FLOAT32, Findings, Stored

VARIANTS = ("reference", "improved", "held")
TRAINING, SHOWN, FRESH, OTHER, PAIRED = range(5)
"""The numbers by which draws of real points are distinguished."""

STANDARDISED = {"factor_only_scaling", "factor_all"} | {
    f"factor_without_{factor}" for factor in ("loss", "optimizer", "decay", "width", "batching")
}
"""Trainings of the one-factor table whose networks use standardised points."""

SNAPSHOT, TEST = -1, -2
"""Iterations whose latent codes are plotted and measured."""


def recompute(run: Stored, data: Path) -> Findings:
    found = Findings()
    for variant in VARIANTS:
        points = run.arrays[f"{variant}_test"].astype(np.float64)
        _networks(variant, points, run)
        _points(variant, points, run, found)
        _features(variant, run, found)
        _losses(variant, run, found)
    for player in ("discriminator", "generator"):
        found.exact(f"reference_{player}_peak", max(run.history[f"reference_{player}_loss"]))
    found.exact("curve_height", height(run))
    _distances(run, found)
    _factors(run, found)
    return found


def curve(x: np.ndarray, run: Stored) -> np.ndarray:
    a, b, c = run.config["coefficients"]
    return a * x**2 + b * x + c


def height(run: Stored) -> float:
    """The highest minus the lowest value of the curve, on a grid of a million parts."""
    low, high = run.config["x_range"]
    return float(np.ptp(curve(np.linspace(low, high, 10**6 + 1), run)))


def real(number: int, count: int, run: Stored) -> np.ndarray:
    """A draw of points on the curve, in single precision, which is used everywhere."""
    low, high = run.config["x_range"]
    x = np.random.default_rng([run.seed, number]).uniform(low, high, count)
    return np.stack([x, curve(x, run)], axis=1).astype(np.float32).astype(np.float64)


def layers(x: np.ndarray, weights: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of all layers; the first two have leaky ReLU with slope 0.2."""
    outputs = []
    for index in range(0, len(weights), 2):
        x = x @ weights[index] + weights[index + 1]
        x = np.where(x < 0, 0.2 * x, x) if index < 4 else x
        outputs.append(x)
    return outputs


def protocol(variant: str, run: Stored) -> dict:
    """The protocol of a variant; `held` differs from `improved` only in the rate."""
    return run.config["reference" if variant == "reference" else "improved"]


def scale(standardised: bool, run: Stored) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation, shape (2,), that convert a generator's outputs to data units."""
    training = real(TRAINING, run.config["training_points"], run)
    return (training.mean(axis=0), training.std(axis=0)) if standardised else (np.zeros(2), np.ones(2))


def codes(count: int, iteration: int, run: Stored) -> np.ndarray:
    """Latent codes, uniform on (−1, 1), shape (count, latent_dim)."""
    return 2 * uniform((count, run.config["latent_dim"]), key_of(run.seed, iteration)) - 1


def _networks(variant: str, points: np.ndarray, run: Stored) -> None:
    """Check that the stored weights generate the stored points and the stored features."""
    size = height(run)
    mean, deviation = scale(protocol(variant, run)["standardised"], run)
    generator, discriminator = (stored(run.weights, f"{variant}_{name}") for name in ("generator", "discriminator"))
    shown = run.arrays[f"{variant}_samples"][-1]
    for kept, iteration in ((points, TEST), (shown, SNAPSHOT)):
        drawn = mean + deviation * layers(codes(len(kept), iteration, run), generator)[-1]
        assert np.allclose(drawn, kept, atol=FLOAT32 * size), variant
    assert np.array_equal(run.arrays["real"], real(SHOWN, len(shown), run))
    for kept, seen in zip(run.arrays[f"{variant}_features"][1], (run.arrays["real"], shown), strict=True):
        features = layers((seen - mean) / deviation, discriminator)[2]
        assert np.allclose(features, kept, atol=1e-4 * np.ptp(features)), variant


def _points(variant: str, points: np.ndarray, run: Stored, found: Findings) -> None:
    (low, high), near, x = run.config["x_range"], 0.02 * height(run), points[:, 0]
    off = abs(points[:, 1] - curve(x, run))
    rounding = 2 * float(np.spacing(np.float32(height(run))))  # the points were measured before they were stored
    ordered = np.sort(off)
    for name, share in (("median", 0.5), ("p95", 0.95)):
        quantile = np.interp(share * (len(off) - 1), np.arange(len(off)), ordered)
        found.within(f"{variant}_{name}_residual", quantile, rounding)
    border = 100 * np.mean(abs(off - near) < rounding)
    found.within(f"{variant}_on_curve", 100 * np.mean(off <= near), border + 1e-9)
    found.exact(f"{variant}_outside", 100 * np.mean([not low <= each <= high for each in x]))
    held = {int(100 * (each - low) / (high - low)) for each in x[(off <= near) & (x >= low) & (x < high)]}
    ends = [-1, *sorted(held), 100]
    found.exact(f"{variant}_coverage", len(held))
    found.exact(f"{variant}_gap", max(np.diff(ends)) - 1)
    found.exact(f"{variant}_first_size", np.ptp(run.arrays[f"{variant}_samples"][0], axis=0).max())


def _features(variant: str, run: Stored, found: Findings) -> None:
    (first, _), (last, generated) = run.arrays[f"{variant}_features"].astype(np.float64)

    def radius(features: np.ndarray) -> float:
        return float(np.sqrt(features.var(axis=0).sum()))

    found.exact(f"{variant}_first_feature_radius", radius(first))
    found.exact(f"{variant}_feature_radius", radius(last))
    gap = np.hypot(*(last.mean(axis=0) - generated.mean(axis=0)))
    rounding = FLOAT32 * abs(last).max()  # the rounding of means in single precision
    found.within(f"{variant}_centroid_gap", 100 * gap / radius(last), 100 * rounding / radius(last))


def _losses(variant: str, run: Stored, found: Findings) -> None:
    """At equilibrium the discriminator gives one half everywhere; the trend is that of a straight line."""
    if protocol(variant, run)["loss"] == "cross_entropy":
        balance = {"discriminator": -log(1 / 2) - log(1 - 1 / 2), "generator": -log(1 / 2)}
    else:
        balance = {"discriminator": (1 / 2 - 1) ** 2 / 2 + (1 / 2) ** 2 / 2, "generator": (1 / 2 - 1) ** 2}
    for player, value in balance.items():
        name, losses = f"{variant}_{player}", run.history[f"{variant}_{player}_loss"]
        tail = losses[-max(round(len(losses) / 10), 3) :]
        line = np.poly1d(np.polyfit(np.arange(len(tail)), tail, 1))
        found.exact(f"{name}_equilibrium", value)
        found.exact(f"{name}_loss", tail.mean())
        rounding = 1e-7 * tail.max()
        found.within(f"{name}_change", 100 * abs(line(len(tail) - 1) - line(0)) / value, 100 * rounding / value)
        found.exact(f"{name}_spread", 100 * np.std(tail - line(np.arange(len(tail)))) / value)


def apart(first: np.ndarray, second: np.ndarray) -> float:
    """The mean distance over all pairs of points in a plane."""
    total = 0.0
    for part in np.array_split(first, -(-len(first) // 500)):
        total += np.sqrt(sum((part[:, axis, None] - second[:, axis]) ** 2 for axis in (0, 1))).sum()
    return total / (len(first) * len(second))


def spread(points: np.ndarray) -> float:
    """The mean distance over all pairs of points of one sample, including each with itself."""
    return float(2 * pdist(points).sum() / len(points) ** 2)


def energy_distance(first: np.ndarray, second: np.ndarray, of_second: float | None = None) -> float:
    """√(2 E|X − Y| − E|X − X′| − E|Y − Y′|); the last term can be passed if it is known already."""
    of_second = spread(second) if of_second is None else of_second
    return float(np.sqrt(max(2 * apart(first, second) - spread(first) - of_second, 0)))


def _factors(run: Stored, found: Findings) -> None:
    """The one-factor table from the generators' weights; rounding may change which points count for `on_curve`."""
    fresh = real(FRESH, run.config["distance_points"], run)
    mean, deviation = fresh.mean(axis=0), fresh.std(axis=0)
    scaled, drawn = (fresh - mean) / deviation, codes(run.config["test_points"], TEST, run)
    of_fresh, near, rounding = spread(scaled), 0.02 * height(run), FLOAT32 * height(run)
    trainings = [name.removesuffix("_on_curve") for name in run.metrics if re.fullmatch("factor_.*_on_curve", name)]
    for training in trainings:
        centre, unit = scale(training in STANDARDISED, run)
        points = centre + unit * layers(drawn, stored(run.weights, f"{training}_generator"))[-1]
        off = abs(points[:, 1] - curve(points[:, 0], run))
        border = 100 * np.mean(abs(off - near) < rounding)
        found.within(f"{training}_on_curve", 100 * np.mean(off <= near), border + 1e-9)
        distance = energy_distance((points[: len(fresh)] - mean) / deviation, scaled, of_fresh)
        found.within(f"{training}_energy_distance", distance, 10 * FLOAT32 * max(distance, 0.1))


def _distances(run: Stored, found: Findings) -> None:
    """Points on the scale on which fresh real points have mean 0 and variance 1."""
    count, few = run.config["distance_points"], run.config["snapshot_points"]
    fresh = real(FRESH, count, run)
    mean, deviation = fresh.mean(axis=0), fresh.std(axis=0)

    def scaled(points: np.ndarray) -> np.ndarray:
        return (points - mean) / deviation

    fresh, shown = scaled(fresh), scaled(real(FRESH, few, run))
    of_fresh, of_shown = spread(fresh), spread(shown)
    pairs = [[scaled(real(PAIRED + 2 * pair + side, count, run)) for side in (0, 1)] for pair in range(5)]
    found.exact("real_energy_distance", np.mean([energy_distance(first, second) for first, second in pairs]))
    for variant in VARIANTS:
        some = scaled(run.arrays[f"{variant}_test"][:count].astype(np.float64))
        found.exact(f"{variant}_energy_distance", energy_distance(some, fresh, of_fresh))
        snapshots = run.arrays[f"{variant}_samples"].astype(np.float64)
        distances = [energy_distance(scaled(points), shown, of_shown) for points in snapshots]
        assert np.allclose(distances, run.arrays[f"{variant}_distance"], rtol=1e-4), variant
        found.exact(f"{variant}_late_change", distances[-1] / distances[round(0.8 * (len(distances) - 1))])
        if variant == "reference":
            found.exact("reference_distance_last", distances[-1])
        if variant == "improved":
            found.exact("improved_distance_first", distances[1])
    other = energy_distance(scaled(real(OTHER, few, run)), shown, of_shown)
    assert np.isclose(other, run.arrays["real_distance"], rtol=1e-4)
