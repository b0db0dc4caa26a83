"""Figures and tables from a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from texloom.results.quantity import Quantity
from texloom.results.runs import Runs, run_folder
from texloom.results.writer import RunWriter

from experiments.my_experiment import figures
from experiments.my_experiment.analysis import analyse
from experiments.my_experiment.config import Config
from experiments.my_experiment.metrics import METRICS


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    config = Config.smoke()
    for seed in (0, 1):
        run = RunWriter(METRICS)
        analyse(config, seed, run)
        run.write(run_folder(tmp_path, "my_experiment", seed), {"seed": seed, "config": config.model_dump(mode="json")})
    return Runs.load(tmp_path, "my_experiment", (0, 1))


def test_every_figure_and_table_is_made(runs: Runs) -> None:
    assert list(figures.figures(runs)) == ["stiffness"]
    assert list(figures.tables(runs)) == ["comparison"]


def test_the_figure_shows_the_first_series_and_both_distributions(runs: Runs) -> None:
    left, right = figures.stiffness(runs).axes
    measured, fitted = (np.asarray(line.get_xydata()) for line in left.lines)
    np.testing.assert_array_equal(measured[:, 1], runs[0].arrays["force"])
    slope = (fitted[-1, 1] - fitted[0, 1]) / (fitted[-1, 0] - fitted[0, 0])
    assert 1000 * slope == pytest.approx(runs[0].arrays["least_squares"][0])
    assert [text.get_text() for text in right.get_legend().get_texts()] == [name.lower() for name in figures.METHODS]


def test_the_table_holds_each_seed_s_value(runs: Runs) -> None:
    (label, found, expected), _ = figures.comparison(runs).rows
    assert label == "Least squares"
    assert isinstance(found, Quantity)
    assert isinstance(expected, Quantity)
    assert found.values == runs.metric("least_squares_deviation").values
    assert expected.deviation == 0
