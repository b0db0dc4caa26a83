"""Figures and tables from synthetic runs, in a process that never imports TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.variational_autoencoder import figures
from experiments.variational_autoencoder.config import SIDE_BY_SIDE, VARIANTS
from experiments.variational_autoencoder.interpolation import CLASSIFIERS, KINDS, SPACES
from experiments.variational_autoencoder.metrics import METRICS
from tests.experiments.runs import record_rest
from texloom.results.plotting import style
from texloom.results.runs import Runs, run_folder
from texloom.results.writer import RunWriter

NAME = "variational_autoencoder"


def write_run(build: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    run = RunWriter(METRICS)
    for index, variant in enumerate(VARIANTS):
        for name, value in (("reconstruction", -70), ("kl", 20), ("beta", 1)):
            if name != "beta" or variant in SIDE_BY_SIDE:
                run.metric(f"{variant}_{name}", value + index + seed)
        run.array(f"{variant}_kl_of_unit", rng.permutation(6.0 * np.arange(4)))
    for variant in ("bernoulli", "gaussian"):
        for name, count in (("seen", 10), ("reconstructed", 10), ("samples", 100)):
            run.array(f"{variant}_{name}", rng.integers(0, 256, (count, 28, 28)).astype(np.uint8))
    for name in ("kl", "beta"):
        run.array(f"constrained_{name}_history", np.array([1.0, 2.0]))
    run.array("importance_samples", [1, 5, 50])
    run.array("importance_bound", [-93.0 - seed, -91.0, -90.0 + seed])
    run.array("codes", rng.normal(size=(60, 4)).astype(np.float32))
    run.array("labels", np.arange(60) % 10)
    for number, kind in enumerate(KINDS):
        digits = np.arange(90, dtype=np.uint8).reshape(10, 9, 1, 1) * np.ones((28, 28), np.uint8)
        run.array(f"{kind}_digits", digits + number)
        for space in SPACES:
            for name in (*(f"{judge}_own" for judge in CLASSIFIERS), "bound"):
                run.array(f"{kind}_{space}_{name}", np.linspace(0, 100, 9))
    columns = {"reconstruction": [-90.0, -80.0, -70.0], "kl": [10.0, 15.0, 20.0 + seed]}
    held_out = {f"held_out_{name}": values for name, values in columns.items()}
    run.history({"epoch": [1, 2, 3], **columns, **held_out})
    objective = {"threshold": None}
    config = dict.fromkeys(VARIANTS, objective) | {"constrained": {"threshold": 15.0}}
    record_rest(run)
    run.write(run_folder(build, NAME, seed), {"seed": seed, "config": config})


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    for seed in (0, 1):
        write_run(tmp_path, seed)
    return Runs.load(tmp_path, NAME, (0, 1))


def test_every_figure_and_table_is_made_without_tensorflow(
    runs: Runs, tmp_path: Path, draw: Callable[..., dict[str, Any]]
) -> None:
    index = draw(NAME, tmp_path, (0, 1))
    required = {"same_digit", "different_digits", "along_the_path", "curves", "reconstructions", "samples"}
    assert set(index["figures"]) == required | {"latent_space", "units", "tradeoff"}
    assert set(index["tables"]) == {"likelihoods", "side_by_side", "estimates", "interpolation"}


@pytest.mark.parametrize(("kind", "number"), [("same", 0), ("different", 1)])
def test_interpolates_have_ten_rows_and_nine_columns_in_order(runs: Runs, kind: str, number: int) -> None:
    """Each image has one grey level, its number in reading order, so that the figure can be read back."""
    (axes,) = figures.interpolates(runs[0], kind).axes
    shown = np.asarray(axes.images[0].get_array())
    rows = [shown[start] for start in range(14, shown.shape[0], 28 + figures.GAP)]
    assert len(rows) == 10
    for row, line in enumerate(rows):
        levels = [int(level) for index, level in enumerate(line) if index == 0 or level != line[index - 1]]
        assert [level for level in levels if level != 255] == [9 * row + column + number for column in range(9)]
    names = [text.get_text() for text in axes.texts]
    assert (len(names), names[0], names[4], names[8]) == (9, "first", "$4/8$", "last")
    centres = [text.get_position()[0] for text in axes.texts]
    for column, centre in enumerate(centres):
        assert int(shown[14, round(centre)]) == column + number  # the label is above its column


def test_the_bound_is_drawn_as_accuracy_less_rate(runs: Runs) -> None:
    bound, accuracy, rate = figures.curves(runs).axes
    last = [np.asarray(line.get_ydata())[-1] for line in bound.lines]
    assert last == pytest.approx([-90, -91, -90.5] * 2)
    assert [axes.get_title() for axes in (accuracy, rate)] == ["accuracy $A$", "rate $R$"]


def test_units_are_sorted_by_rate(runs: Runs) -> None:
    (axes,) = figures.units(runs).axes
    for line in axes.lines:
        np.testing.assert_allclose(np.asarray(line.get_ydata()), [18, 12, 6, 0])


def test_tangents_have_the_slope_of_their_multiplier(runs: Runs) -> None:
    plane = figures.tradeoff(runs).axes[0]
    for variant, line in zip(SIDE_BY_SIDE, plane.lines[::2], strict=True):
        x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        beta, rate, accuracy = (runs.metric(f"{variant}_{name}").mean for name in ("beta", "kl", "reconstruction"))
        assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(beta)
        assert y[0] + beta * (rate - x[0]) == pytest.approx(accuracy)
        assert (x[0], x[1]) == pytest.approx(plane.get_xlim())


@pytest.mark.parametrize("spread", [0.0, 0.01, 1.0])
def test_no_label_of_a_digit_hides_another(spread: float) -> None:
    """Also where all means are equal; labels that are apart stay where they are."""
    means = spread * np.random.default_rng(0).uniform(size=(10, 2))
    placed = figures.apart(means, 0.1)
    distances = np.linalg.norm(placed[:, None] - placed, axis=-1)[np.triu_indices(10, 1)]
    assert distances.min() >= 0.1
    lonely = np.linalg.norm(means[:, None] - means, axis=-1) + 9 * np.eye(10)
    alone = lonely.min(1) > 0.3
    np.testing.assert_allclose(placed[alone], means[alone], atol=1e-5)
    assert alone.any() == (spread == 1)


def test_the_latent_space_names_the_colour_of_each_digit(runs: Runs) -> None:
    figure = figures.latent_space(runs[0])
    (key,) = figure.legends
    assert [text.get_text() for text in key.get_texts()] == [str(digit) for digit in range(10)]
    assert [line.get_color() for line in key.get_lines()] == list(figures.DIGIT_COLORS)


def test_discriminants_separate_what_the_largest_variance_hides() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(3000) % 3
    codes = rng.normal(size=(3000, 4)) * np.array([10.0, 5.0, 1.0, 1.0])
    codes[:, 2] += 4.0 * labels
    codes[:, 3] += 4.0 * (labels == 1)
    plane = figures.discriminant_plane(codes, labels)
    np.testing.assert_allclose(np.abs(plane[:2]), 0, atol=0.05)
    largest = figures.principal_plane(codes)
    np.testing.assert_allclose(np.abs(largest[:2]), np.eye(2), atol=0.1)


def test_tables_hold_each_seed_s_value(runs: Runs) -> None:
    table = figures.side_by_side(runs)
    assert [row[0] for row in table.rows] == ["Standard", "Weighted", "Constrained"]
    assert table.rows[0][1] == 3.5  # a fixed multiplier has no deviation
    assert table.rows[2][1].values == (5.0, 6.0)  # type: ignore[union-attr]
    bounds = figures.estimates(runs)
    assert [row[0] for row in bounds.rows] == ["1", "5", "50"]
    assert bounds.rows[0][1].values == (-93.0, -94.0)  # type: ignore[union-attr]
    rows = figures.interpolation(runs).rows
    assert [row[0] for row in rows] == [
        title
        for kind in ("Same digit: own", "Different digits: own", "Different digits, middle: any")
        for title in (kind, *figures.PATHS.values())
    ]
    assert rows[2][2].name == "same_arc_convolutional_own"  # type: ignore[union-attr]
    assert rows[9][3].name == "different_decoded_bound"  # type: ignore[union-attr]
    assert rows[14][1].name == "different_decoded_perceptron_middle"  # type: ignore[union-attr]


def test_drawing_leaves_no_glyph_missing(runs: Runs, tmp_path: Path) -> None:
    """Warnings are errors here, and a glyph that is missing from Computer Modern gives a warning."""
    with style():
        for name, figure in figures.figures(runs).items():
            figure.savefig(tmp_path / f"{name}.png", dpi=30)
