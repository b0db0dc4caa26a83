"""The metrics of the simple GAN, for each of its variants and for each training of the one-factor table."""

from __future__ import annotations

from itertools import product

from experiments.quadratic_gan.config import CHANGES, VARIANTS
from texloom.results.metrics import Metric

PLAYERS = ("discriminator", "generator")


def _of_samples(variant: str) -> dict[str, Metric]:
    """What is measured for the points that a variant generates."""
    return {
        f"{variant}_median_residual": Metric("", f"median of |y − q(x)|, {variant}"),
        f"{variant}_p95_residual": Metric("", f"95th percentile of |y − q(x)|, {variant}"),
        f"{variant}_on_curve": Metric("%", f"samples near the curve, off by at most 2 % of its height, {variant}"),
        f"{variant}_coverage": Metric("%", f"hundredths of the x-range with a sample near the curve, {variant}"),
        f"{variant}_gap": Metric("%", f"widest part of the x-range without a sample near the curve, {variant}"),
        f"{variant}_outside": Metric("%", f"samples beyond the ends of the x-range, {variant}"),
        f"{variant}_energy_distance": Metric("", f"energy distance to fresh real samples, {variant}"),
        f"{variant}_first_size": Metric("", f"longer side of the samples' bounding box before training, {variant}"),
        f"{variant}_late_change": Metric(
            "", f"energy distance at the end divided by that after four fifths of the training, {variant}"
        ),
    }


def _of_features(variant: str) -> dict[str, Metric]:
    """What is measured in the plane of the discriminator's third layer."""
    radius = "root mean square radius of the real features"
    return {
        f"{variant}_centroid_gap": Metric(
            "%",
            f"distance between the centroids of real and generated features, relative to the real radius, {variant}",
        ),
        f"{variant}_feature_radius": Metric("", f"{radius}, {variant}"),
        f"{variant}_first_feature_radius": Metric("", f"{radius} before training, {variant}"),
    }


def _of_loss(variant: str, player: str) -> dict[str, Metric]:
    """What is measured for the loss of a network."""
    loss = f"{player}'s loss over the last tenth of the training"
    scale = "relative to its equilibrium value"
    return {
        f"{variant}_{player}_equilibrium": Metric("", f"equilibrium value of the {player}'s loss, {variant}"),
        f"{variant}_{player}_loss": Metric("", f"mean of the {loss}, {variant}"),
        f"{variant}_{player}_change": Metric("%", f"trend of the {loss}, {scale}, {variant}"),
        f"{variant}_{player}_spread": Metric("%", f"scatter of the {loss}, {scale}, {variant}"),
    }


METRICS = {
    "curve_height": Metric("", "highest minus lowest value of q over the range of x"),
    "real_energy_distance": Metric("", "energy distance between two real samples, mean over several pairs"),
    "improved_distance_first": Metric("", "energy distance at the first snapshot during training, improved"),
    "reference_distance_last": Metric("", "energy distance at the last snapshot, reference"),
    **{
        f"reference_{player}_peak": Metric(
            "", f"largest mean of the {player}'s loss over {{every}} iterations, reference"
        )
        for player in PLAYERS
    },
    **{name: metric for variant in VARIANTS for name, metric in _of_samples(variant).items()},
    **{name: metric for variant in VARIANTS for name, metric in _of_features(variant).items()},
    **{name: metric for pair in product(VARIANTS, PLAYERS) for name, metric in _of_loss(*pair).items()},
    **{
        f"factor_{change}_{name}": Metric(unit, f"{meaning} after the short training, changes: {change}")
        for change in CHANGES
        for name, unit, meaning in (
            ("on_curve", "%", "samples near the curve, off by at most 2 % of its height,"),
            ("energy_distance", "", "energy distance to fresh real samples"),
        )
    },
}
