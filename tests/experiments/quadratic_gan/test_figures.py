"""Figures and tables from synthetic runs, in a process that never imports TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.quadratic_gan import evaluation, figures
from experiments.quadratic_gan.data import Scaling, draw_points
from experiments.quadratic_gan.metrics import METRICS, PLAYERS, VARIANTS
from tests.experiments.runs import record_rest
from texloom.results.quantity import Quantity
from texloom.results.runs import Runs, run_folder
from texloom.results.writer import RunWriter

CURVE, RANGE = (1.0, 0.0, 10.0), (-50.0, 50.0)
SNAPSHOTS, POINTS = 11, 40


def write_run(build: Path, seed: int) -> None:
    rng, run = np.random.default_rng(seed), RunWriter(METRICS)
    fresh, other = (draw_points(POINTS, CURVE, RANGE, (seed, number)) for number in range(2))
    losses = {"reference": "cross_entropy", "improved": "least_squares"}
    history: dict[str, np.ndarray] = {"iteration": 10 * np.arange(1, 101)}
    samples = {name: fresh + rng.normal(size=(SNAPSHOTS, POINTS, 2)) for name in losses}
    for name, loss in losses.items():
        for player, value in zip(PLAYERS, evaluation.EQUILIBRIUM[loss], strict=True):
            history[f"{name}_{player}_loss"] = value + rng.normal(size=100) / 10
        evaluation.measure_points(name, samples[name][-1], CURVE, RANGE, run)
        evaluation.measure_losses(name, loss, history, run)
        run.array(f"{name}_samples", samples[name])
        run.array(f"{name}_features", rng.normal(size=(2, 2, POINTS, 2)))
        run.array(f"{name}_test", samples[name][-1])
    scaling = Scaling.of(fresh)
    evaluation.measure_distances({name: points[-1] for name, points in samples.items()}, fresh, other, scaling, run)
    evaluation.distances_over_training(samples, fresh, other, scaling, run)
    run.array("real", fresh)
    run.history(history)
    config = {"coefficients": CURVE, "x_range": RANGE, "sample_every": 100, "iterations": 1000}
    config |= {name: {"loss": loss} for name, loss in losses.items()}
    record_rest(run)
    run.write(run_folder(build, "quadratic_gan", seed), {"seed": seed, "config": config})


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    for seed in (0, 1):
        write_run(tmp_path, seed)
    return Runs.load(tmp_path, "quadratic_gan", (0, 1))


def test_every_figure_and_table_is_made_without_tensorflow(
    runs: Runs, tmp_path: Path, draw: Callable[..., dict[str, Any]]
) -> None:
    index = draw("quadratic_gan", tmp_path, (0, 1))
    assert len(index["figures"]) == 6
    assert sorted(index["tables"]) == ["comparison", "plateau"]


def test_losses_are_drawn_with_their_equilibrium(runs: Runs) -> None:
    panels = figures.losses(runs).axes
    levels = {panel.get_title(): np.asarray(panel.lines[-1].get_ydata())[0] for panel in panels[:2]}
    assert levels == {"reference": np.log(2), "improved": 0.25}
    assert [text.get_text() for text in panels[0].texts] == [r"$2\,\ln 2$", r"$\ln 2$"]
    assert [text.get_text() for text in panels[1].texts] == ["$1/4$"]
    drawn = np.asarray(panels[0].lines[0].get_xydata())
    np.testing.assert_allclose(drawn[:, 1], runs[0].history["reference_discriminator_loss"])
    np.testing.assert_allclose(np.diff(drawn[:, 0]), 10)  # a fixed interval


def test_a_panel_for_each_picture_on_equal_axes(runs: Runs) -> None:
    panels = figures.samples(runs[0], "improved").axes
    assert [panel.get_title() for panel in panels[:SNAPSHOTS]] == [f"{100 * index}" for index in range(SNAPSHOTS)]
    assert len({(panel.get_xlim(), panel.get_ylim()) for panel in panels}) == 1
    for panel, points in zip(panels, runs[0].arrays["improved_samples"], strict=False):
        real, generated = (line.get_xydata() for line in panel.lines)
        np.testing.assert_array_equal(real, runs[0].arrays["real"])
        np.testing.assert_array_equal(generated, points)


def test_the_feature_planes_show_clouds_and_centroids(runs: Runs) -> None:
    panels = figures.features(runs[0]).axes
    assert [panel.get_title() for panel in panels] == [
        f"{variant}, {moment} training" for variant in VARIANTS for moment in ("before", "after")
    ]
    clouds = runs[0].arrays["improved_features"][1]
    real, generated, *centroids = (line.get_xydata() for line in panels[3].lines)
    np.testing.assert_array_equal(np.stack([real, generated]), clouds)
    np.testing.assert_allclose(np.concatenate(centroids), clouds.mean(axis=1))


def test_the_density_of_residuals_integrates_to_one(runs: Runs) -> None:
    edges = np.linspace(-4, 5, 50)
    assert np.sum(figures.log_density(runs[0], "improved", edges) * np.diff(edges)) == pytest.approx(1)


def test_tables_hold_what_was_measured(runs: Runs) -> None:
    comparison = figures.comparison(runs)
    assert [row[0] for row in comparison.rows] == ["Reference", "Improved", "Real"]
    median, energy = comparison.rows[1][1], comparison.rows[2][-1]
    assert isinstance(median, Quantity)
    assert isinstance(energy, Quantity)
    assert median.values == runs.metric("improved_median_residual").values
    assert energy.values == runs.metric("real_energy_distance").values
    plateau = figures.plateau(runs)
    assert [row[2] for row in plateau.rows] == pytest.approx([2 * np.log(2), np.log(2), 0.25, 0.25])
    assert plateau.rows[0][3] == pytest.approx(runs.metric("reference_discriminator_change").highest.mean, rel=0.05)
