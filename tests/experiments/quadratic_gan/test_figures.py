"""Figures and tables from synthetic runs, in a process that never imports TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.quadratic_gan import evaluation, figures
from experiments.quadratic_gan.config import FACTORS
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
    losses = {"reference": "cross_entropy", "improved": "least_squares", "held": "least_squares"}
    history: dict[str, np.ndarray] = {"iteration": 10 * np.arange(1, 101)}
    samples = {name: fresh + rng.normal(size=(SNAPSHOTS, POINTS, 2)) for name in losses}
    for name, loss in losses.items():
        for player, value in zip(PLAYERS, evaluation.EQUILIBRIUM[loss], strict=True):
            history[f"{name}_{player}_loss"] = value + rng.normal(size=100) / 10
        evaluation.measure_points(name, samples[name][-1], CURVE, RANGE, run)
        evaluation.measure_losses(name, loss, history, 10, run)
        run.array(f"{name}_samples", samples[name])
        run.array(f"{name}_features", rng.normal(size=(2, 2, POINTS, 2)))
        run.array(f"{name}_test", samples[name][-1])
    scaling = Scaling.of(fresh)
    evaluation.measure_distances(
        {name: points[-1] for name, points in samples.items()}, fresh, [(fresh, other)], scaling, run
    )
    evaluation.distances_over_training(samples, fresh, other, scaling, run)
    run.array("real", fresh)
    run.history(history)
    config = {"coefficients": CURVE, "x_range": RANGE, "sample_every": 100, "iterations": 1000}
    config |= {name: {"loss": losses[name]} for name in ("reference", "improved")}
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
    assert len(index["figures"]) == 7
    assert sorted(index["tables"]) == ["comparison", "factors", "plateau"]


def test_losses_are_drawn_with_their_equilibrium(runs: Runs) -> None:
    panels = figures.losses(runs).axes
    levels = {panel.get_title(): np.asarray(panel.lines[-1].get_ydata())[0] for panel in panels[:3]}
    assert levels == {"reference": np.log(2), "improved": 0.25, "improved, constant rate": 0.25}
    assert [text.get_text() for text in panels[0].texts] == [r"$2\,\ln 2$", r"$\ln 2$"]
    assert [text.get_text() for text in panels[1].texts] == ["$1/4$"]
    drawn = np.asarray(panels[0].lines[0].get_xydata())
    np.testing.assert_allclose(drawn[:, 1], runs[0].history["reference_discriminator_loss"])
    np.testing.assert_allclose(np.diff(drawn[:, 0]), 10)  # a fixed interval


def test_medians_are_seen_where_the_losses_agree(runs: Runs) -> None:
    for panel in figures.losses(runs).axes:
        lines = {line.get_label(): line for line in panel.lines}
        discriminator, generator = (lines[player] for player in PLAYERS)
        assert discriminator.get_linewidth() < generator.get_linewidth()
        assert discriminator.get_zorder() > generator.get_zorder()
        assert all(
            line.get_zorder() < generator.get_zorder()
            for line in lines.values()
            if line not in (discriminator, generator)
        )


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
        f"{variant}, {moment} training" for variant in VARIANTS[:2] for moment in ("before", "after")
    ]
    clouds = runs[0].arrays["improved_features"][1]
    real, generated, *centroids = (line.get_xydata() for line in panels[3].lines)
    np.testing.assert_array_equal(np.stack([real, generated]), clouds)
    np.testing.assert_allclose(np.concatenate(centroids), clouds.mean(axis=1))


def test_the_density_of_residuals_integrates_to_one(runs: Runs) -> None:
    edges = np.linspace(-4, 5, 50)
    assert np.sum(figures.log_density(runs[0], "improved", edges) * np.diff(edges)) == pytest.approx(1)


def test_the_median_seed_is_drawn(runs: Runs) -> None:
    shares = runs.metric(figures.DECIDES).values
    assert runs.metric(figures.DECIDES).values[runs._runs.index(figures.median_run(runs))] == min(shares)  # of two


def test_all_seeds_are_drawn_at_the_end(runs: Runs) -> None:
    panels = figures.final_samples(runs).axes
    assert [panel.get_title() for panel in panels[:2]] == ["seed 0", "seed 1"]
    drawn = panels[3].lines[1].get_xydata()  # the second row's second
    np.testing.assert_array_equal(drawn, runs[1].arrays["improved_samples"][-1])


def test_a_skewed_quantity_is_printed_as_median_and_range() -> None:
    assert figures.spread(Quantity("q", (14.05, 59.88, 38.27, 20.98, 50.42))) == "38.3 (14.1–59.9)"
    assert figures.spread(Quantity("q", (0.0, 99.97, 1234.5))) == "100 (0–1234)"
    assert figures.rounded(0.0123) == "0.0123"


def test_tables_hold_what_was_measured(runs: Runs) -> None:
    comparison = figures.comparison(runs)
    assert [head for head, _ in comparison.columns[1:]] == ["Reference", "Improved", "Constant rate", "Real"]
    assert comparison.rows[0][2] == figures.spread(runs.metric("improved_median_residual"))
    assert comparison.rows[4][-1] == figures.spread(runs.metric("real_energy_distance"))
    plateau = figures.plateau(runs)
    assert [row[2] for row in plateau.rows] == pytest.approx([2 * np.log(2), np.log(2), *[0.25] * 4])
    worst = runs.metric("reference_discriminator_change").highest.mean
    assert float(str(plateau.rows[0][3])) == pytest.approx(worst, rel=0.06)
    factors = figures.factors(runs)
    assert [row[0] for row in factors.rows] == ["None / all", *(factor.capitalize() for factor in FACTORS)]
    assert factors.rows[1][1] == figures.spread(runs.metric("factor_only_loss_on_curve"))
    assert factors.rows[1][4] == figures.spread(runs.metric("factor_without_loss_energy_distance"))
