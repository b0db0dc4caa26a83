"""Measurements of points and losses on inputs with known results."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.quadratic_gan import evaluation
from experiments.quadratic_gan.config import VARIANTS
from experiments.quadratic_gan.data import Scaling, draw_points
from experiments.quadratic_gan.metrics import METRICS
from texloom.results.writer import RunWriter

CURVE, RANGE = (1.0, 0.0, 10.0), (-50.0, 50.0)  # 2 % of the height are 50


def on(x: np.ndarray, off: float = 0.0) -> np.ndarray:
    """Points above the curve by `off`."""
    return np.stack([x, x**2 + 10 + off], axis=1)


def test_near_means_two_per_cent_of_the_height() -> None:
    x = np.linspace(-50, 50, 11)
    assert evaluation.near_distance(CURVE, RANGE) == pytest.approx(50)
    assert evaluation.on_curve(on(x, 49.9), CURVE, RANGE).all()
    assert evaluation.on_curve(on(x, -49.9), CURVE, RANGE).all()
    assert not evaluation.on_curve(on(x, 50.1), CURVE, RANGE).any()


def test_coverage_counts_parts_of_the_range_with_a_point_on_the_curve() -> None:
    middles = np.linspace(-49.5, 49.5, 100)
    assert evaluation.coverage(on(middles), CURVE, RANGE) == 1
    assert evaluation.coverage(on(middles[middles > 0]), CURVE, RANGE) == 0.5
    assert evaluation.coverage(on(np.repeat(middles[:3], 9)), CURVE, RANGE) == pytest.approx(0.03)
    assert evaluation.coverage(on(middles, off=60), CURVE, RANGE) == 0  # points above the curve cover nothing
    assert evaluation.coverage(on(middles - 1000), CURVE, RANGE) == 0


def test_the_widest_gap_is_the_longest_run_of_empty_parts() -> None:
    middles = np.linspace(-49.5, 49.5, 100)
    assert evaluation.widest_gap(on(middles), CURVE, RANGE) == 0
    assert evaluation.widest_gap(on(np.delete(middles, [3, 50, 51, 52, 99])), CURVE, RANGE) == pytest.approx(0.03)
    assert evaluation.widest_gap(on(middles[:80]), CURVE, RANGE) == pytest.approx(0.2)
    assert evaluation.widest_gap(on(middles, off=60), CURVE, RANGE) == 1


def test_centroids_are_compared_on_the_scale_of_the_real_features() -> None:
    run, real = RunWriter(METRICS), np.array([[3.0, 0.0], [-3.0, 0.0]])
    evaluation.measure_features(
        "improved", np.stack([2 * real, real]), np.stack([real, real + np.array([0.3, 0.4])]), run
    )
    value = {name: metric["value"] for name, metric in run.metrics.items()}
    assert value["improved_centroid_gap"] == pytest.approx(100 * 0.5 / 3)
    assert (value["improved_first_feature_radius"], value["improved_feature_radius"]) == (6, 3)


def test_points_beyond_the_ends() -> None:
    assert evaluation.outside(on(np.array([-51.0, -50.0, 0.0, 50.0, 50.5])), RANGE) == pytest.approx(0.4)


def test_the_plateau_of_a_straight_line_is_its_rise_over_the_last_tenth() -> None:
    loss = np.concatenate([np.full(900, 7.0), np.linspace(1.0, 1.5, 100)])
    assert evaluation.plateau(loss) == pytest.approx((0.5, 0.0))
    assert evaluation.plateau(loss[::-1]) == pytest.approx((0.0, 0.0))


def test_noise_around_a_constant_is_scatter_and_no_trend() -> None:
    loss = 1 + 0.1 * np.random.default_rng(0).normal(size=100_000)
    change, spread = evaluation.plateau(loss)
    assert change < 4 * 0.1 * np.sqrt(12 / 10_000)  # four standard deviations of a fitted line's rise
    assert spread == pytest.approx(0.1, rel=0.03)


def test_measured_points() -> None:
    run = RunWriter(METRICS)
    x = np.linspace(-60, 60, 1201)
    evaluation.measure_points("improved", on(x, off=3.0), CURVE, RANGE, run)
    value = {name: metric["value"] for name, metric in run.metrics.items()}
    assert value["improved_median_residual"] == pytest.approx(3)
    assert value["improved_p95_residual"] == pytest.approx(3)
    assert value["improved_on_curve"] == value["improved_coverage"] == 100
    assert value["improved_outside"] == pytest.approx(100 * 200 / 1201)


def test_measured_losses_are_relative_to_their_equilibrium() -> None:
    run = RunWriter(METRICS)
    history = {
        "improved_discriminator_loss": np.concatenate([[9.0], np.full(899, 0.3), np.linspace(0.2, 0.25, 100)]),
        "improved_generator_loss": np.full(1000, 0.25),
    }
    evaluation.measure_losses("improved", "least_squares", history, 10, run)
    value = {name: metric["value"] for name, metric in run.metrics.items()}
    assert value["improved_discriminator_loss"] == pytest.approx(0.225)
    assert value["improved_discriminator_change"] == pytest.approx(20)
    assert value["improved_discriminator_spread"] == pytest.approx(0, abs=1e-9)
    assert not any(name.endswith("peak") for name in value)  # the report only states that of the reference
    assert value["improved_generator_loss"] == value["improved_generator_equilibrium"] == 0.25


def test_distances_tell_a_curve_from_half_of_it() -> None:
    real, other, good = (draw_points(1000, CURVE, RANGE, (0, number)) for number in range(3))
    half, run = good[good[:, 0] > 0], RunWriter(METRICS)
    half = np.concatenate([half, half])[:1000]
    evaluation.measure_distances({"reference": half, "improved": good}, real, [(real, other)], Scaling.of(real), run)
    value = {name: metric["value"] for name, metric in run.metrics.items()}
    assert value["improved_energy_distance"] < 3 * value["real_energy_distance"]
    assert value["reference_energy_distance"] > 5 * value["real_energy_distance"]


def test_distances_over_training_fall_to_that_of_real_points() -> None:
    real, other, good = (draw_points(500, CURVE, RANGE, (0, number)) for number in range(3))
    run = RunWriter(METRICS)
    samples: dict[str, np.ndarray] = {name: np.stack([np.zeros((500, 2)), good]) for name in VARIANTS}
    evaluation.distances_over_training(samples, real, other, Scaling.of(real), run)
    first, last = run.arrays["improved_distance"]
    assert first > 5 * run.arrays["real_distance"]
    assert last < 3 * run.arrays["real_distance"]
    assert run.metrics["reference_distance_last"]["value"] == run.metrics["improved_distance_first"]["value"] == last
