"""The metrics of the simple GAN, for each of its two variants."""

from __future__ import annotations

from itertools import product

from experiments.quadratic_gan.config import VARIANTS
from texloom.results.metrics import Metric

PLAYERS = ("discriminator", "generator")


def _of_samples(variant: str) -> dict[str, Metric]:
    """What is measured of the points that a variant generates."""
    return {
        f"{variant}_median_residual": Metric("", f"median of |y − q(x)|, {variant}"),
        f"{variant}_p95_residual": Metric("", f"95th percentile of |y − q(x)|, {variant}"),
        f"{variant}_on_curve": Metric("%", f"samples within 2 % of the curve's height of it, {variant}"),
        f"{variant}_coverage": Metric("%", f"hundredths of the x-range with a sample on the curve, {variant}"),
        f"{variant}_outside": Metric("%", f"samples beyond the ends of the x-range, {variant}"),
        f"{variant}_energy_distance": Metric("", f"energy distance to fresh real samples, {variant}"),
    }


def _of_loss(variant: str, player: str) -> dict[str, Metric]:
    """What is measured of a player's loss."""
    of = f"{player}'s loss over the last tenth, {variant}"
    return {
        f"{variant}_{player}_equilibrium": Metric("", f"equilibrium of the {player}'s loss, {variant}"),
        f"{variant}_{player}_loss": Metric("", f"mean of the {of}"),
        f"{variant}_{player}_change": Metric("%", f"trend of the {of}, of its equilibrium"),
        f"{variant}_{player}_spread": Metric("%", f"scatter of the {of}, of its equilibrium"),
    }


METRICS = {
    "curve_height": Metric("", "highest minus lowest value of q over the range of x"),
    "real_energy_distance": Metric("", "energy distance between two real samples"),
    "improved_distance_first": Metric("", "energy distance at the first snapshot, improved"),
    "reference_distance_last": Metric("", "energy distance at the last snapshot, reference"),
    **{f"reference_{player}_peak": Metric("", f"largest {player}'s loss at any time, reference") for player in PLAYERS},
    **{name: metric for variant in VARIANTS for name, metric in _of_samples(variant).items()},
    **{name: metric for pair in product(VARIANTS, PLAYERS) for name, metric in _of_loss(*pair).items()},
}
