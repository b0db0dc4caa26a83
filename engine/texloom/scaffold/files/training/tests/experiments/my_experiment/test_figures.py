"""Figures and tables from synthetic runs, in a process that never imports TensorFlow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from experiments.my_experiment import figures
from experiments.my_experiment.data import draw_points
from experiments.my_experiment.evaluation import evaluate
from experiments.my_experiment.metrics import METRICS
from texloom.results.quantity import Quantity
from texloom.results.runs import Runs, run_folder
from texloom.results.writer import RunWriter

CODE = """
import runpy, sys
try:
    runpy.run_module("experiments", run_name="__main__")
finally:
    print("imported:", sorted({"tensorflow", "keras"} & set(sys.modules)))
"""


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    for seed in (0, 1):
        run = RunWriter(METRICS)
        evaluate(lambda x: 0.9 * np.sin(x), draw_points(50, noise=0.1, seed=seed), run)
        run.write(run_folder(tmp_path, "my_experiment", seed), {"seed": seed, "config": {}})
    return Runs.load(tmp_path, "my_experiment", (0, 1))


def test_every_figure_and_table_is_made_without_tensorflow(runs: Runs, tmp_path: Path, root: Path) -> None:
    stage = ["figures", "my_experiment", "--seeds", "0", "1", "--build", str(tmp_path)]
    command = [sys.executable, "-c", CODE, *stage]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert finished.returncode == 0, finished.stderr
    assert "imported: []" in finished.stdout
    index = json.loads((tmp_path / "figures" / "my_experiment" / "index.json").read_text(encoding="utf-8"))
    assert (index["figures"], list(index["tables"])) == (["fit"], ["comparison"])


def test_the_figure_shows_the_points_and_the_three_curves(runs: Runs) -> None:
    (axes,) = figures.fit(runs).axes
    points, truth, line, network = (np.asarray(drawn.get_xydata()) for drawn in axes.lines)
    np.testing.assert_array_equal(points, runs[0].arrays["points"])
    np.testing.assert_allclose(network[:, 1], 0.9 * truth[:, 1], atol=1e-6)
    np.testing.assert_allclose(np.diff(line[:, 1], n=2), 0, atol=1e-6)  # it is straight


def test_the_table_holds_each_seed_s_value(runs: Runs) -> None:
    value = figures.comparison(runs).rows[1][1]
    assert isinstance(value, Quantity)
    assert value.values == runs.metric("network_error").values
