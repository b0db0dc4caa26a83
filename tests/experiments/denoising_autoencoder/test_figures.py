"""Figures and tables from a synthetic run, in a process that never imports TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from experiments.denoising_autoencoder import figures
from experiments.denoising_autoencoder.metrics import METRICS
from tests.experiments.runs import record_rest
from texloom.results.places import FIGURE_INDEX
from texloom.results.plotting import style
from texloom.results.runs import Runs, run_folder
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.writer import RunWriter


def write_run(build: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    run = RunWriter(METRICS)
    run.metric("psnr_inside_ours", 14 + seed)
    for name in ("clean", "noisy", "denoised_ours", "denoised_plain"):
        run.array(name, rng.uniform(size=(8, 28, 28)).astype(np.float32))
    run.array("position", rng.integers(0, 21, (8, 2)))
    run.array("error_by_position", np.full((21, 21), 0.04))
    run.array("noisy_error_by_position", np.where(np.eye(21), 0.16, 0.25))
    losses = {"loss": [0.5, 0.3 + seed], "validation_loss": [0.6, 0.4 + seed]}
    both = {f"{network}_{name}": each for network in ("denoiser", "plain") for name, each in losses.items()}
    run.history({"epoch": [1, 2]} | both)
    for name, value in (("nl_means_strength", 0.2 + seed / 10), ("masked_nl_means_strength", 0.4)):
        run.metric(name, value)
    config = {"patch": 8}
    record_rest(run)
    run.write(run_folder(build, "denoising_autoencoder", seed), {"seed": seed, "config": config})


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    for seed in (0, 1):
        write_run(tmp_path, seed)
    return Runs.load(tmp_path, "denoising_autoencoder", (0, 1))


def test_every_figure_and_table_is_made_without_tensorflow(
    runs: Runs, tmp_path: Path, draw: Callable[..., dict[str, Any]]
) -> None:
    folder = tmp_path / "figures" / "denoising_autoencoder"
    folder.mkdir(parents=True)
    stale = folder / "old.pdf"
    stale.write_bytes(b"%PDF")
    write_sealed(folder / FIGURE_INDEX, {"files": {stale.name: file_digest(stale)}})
    index = draw("denoising_autoencoder", tmp_path, (0, 1))
    assert index["figures"] == ["curves", "error_by_position", "examples", "noisy_patch"]
    assert not stale.exists()
    assert list(index["tables"]) == ["comparison", "filters"]


def test_the_comparison_holds_each_seed_s_value(runs: Runs) -> None:
    table = figures.comparison(runs)
    assert [row[0] for row in table.rows] == list(figures.METHODS.values())
    assert table.rows[table.emphasis or 0][1].values == (14.0, 15.0)  # type: ignore[union-attr]
    assert table.rows[0][2] == float("inf")  # nothing is changed outside the patch
    assert [unit for _, unit in table.columns] == ["", "dB", "dB", "dB", "", "dB"]


def test_the_filters_table_holds_every_seed_s_choice(runs: Runs) -> None:
    (row,) = [row for row in figures.filters(runs).rows if row[0] == "Non-local means: h"]
    assert row[1:] == ["0.2, 0.3", "0.4"]


def test_the_patch_is_outlined_pixel_by_pixel() -> None:
    axes = figures.new_figure(height=1).subplots()
    figures.outline(axes, np.array([3, 15]), 8)
    (rectangle,) = axes.patches
    assert isinstance(rectangle, Rectangle)
    assert rectangle.get_bbox().bounds == (14.5, 2.5, 8, 8)  # pixels are centred at integers; x is the column
    assert to_hex(rectangle.get_edgecolor()) == figures.ORANGE


def test_curves_show_each_seed_and_their_mean(runs: Runs) -> None:
    axes, _ = figures.curves(runs).axes
    last = [np.asarray(line.get_ydata())[-1] for line in axes.lines]
    assert last == pytest.approx([0.3, 1.3, 0.8, 0.4, 1.4, 0.9])


def test_the_error_map_shows_root_mean_squares(runs: Runs) -> None:
    noisy, denoised = figures.error_by_position(runs).axes[:2]
    assert np.max(np.asarray(noisy.images[0].get_array())) == pytest.approx(0.5)
    assert np.max(np.asarray(denoised.images[0].get_array())) == pytest.approx(0.2)
    assert (noisy.get_title(), denoised.get_title()) == ("noisy: 0.40 to 0.50", "denoised: 0.20 to 0.20")


def test_errors_are_drawn_on_the_images_grey_scale(runs: Runs) -> None:
    with style():
        drawn = [panel.images[0] for panel in figures.examples(runs).axes]
    assert len(drawn) == 5 * 8
    assert {(image.get_cmap().name, *image.get_clim()) for image in drawn} == {("gray", 0.0, 1.0)}
