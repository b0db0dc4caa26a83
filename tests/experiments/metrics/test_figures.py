"""Figures and tables from a synthetic run, in a process that never imports TensorFlow."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.metrics import figures
from experiments.metrics.metrics import MEASURES, METRICS
from tests.experiments.runs import record_rest
from texloom.results.runs import Runs, run_folder
from texloom.results.writer import RunWriter

NAMES = ("damages", "sensitivity", "mode_dropping", "within_class", "memorisation", "sample_size")
NAMES += ("moments", "preprocessing", "domain", "emojis")


def write_run(build: Path) -> None:
    rng, run = np.random.default_rng(0), RunWriter(METRICS)
    curves = {**dict.fromkeys(figures.DAMAGES, 5), "mode_dropping": 10, "within_class": 4, "memorisation": 5}
    for name, length in (curves | {"emoji_noise": 4, "emoji_blur": 4}).items():
        run.array(f"{name}_score", np.linspace(9, 2, length))
        run.array(f"{name}_distance", np.linspace(1, 50, length))
        if name.startswith("emoji"):
            run.array(f"{name}_amounts", np.linspace(0, 1, length))
        run.array(f"{name}_examples", rng.integers(0, 256, (length, 28, 28)).astype(np.uint8))
    run.array("within_class_each", [1, 10, 100, 800])
    run.array("one_a_digit_draws", rng.uniform((9, 90), (10, 120), (20, 2)))
    run.array("memorisation_part", np.linspace(0, 1, 5))
    for name in ("fresh", "near_copies"):
        run.array(f"nearest_{name}", rng.uniform(0, 5, 100))
    run.array("size", [100, 200, 400])
    for name in ("distance", "kernel", "score"):
        run.array(f"size_{name}", rng.uniform(1, 2, (3, 4)))
    run.array("splits", [1, 10])
    run.array("splits_score", np.ones((2, 2)))
    run.array("twin_plane", rng.normal(size=(2, 50, 2)))
    run.array("network", ["a network", "sha256 0123"])
    run.array("handling_names", ["as they are", "range [-1, 1] instead of [0, 1]"])
    run.array("handling_distance", [0.5, 60.0])
    for name in ("foreign", "fooling"):
        run.array(f"{name}_images", rng.integers(0, 256, (10, 28, 28)).astype(np.uint8))
        run.array(f"{name}_verdicts", np.eye(10))
    record_rest(run)
    run.write(run_folder(build, "metrics", 0), {"seed": 0, "config": {"levels": 2}})


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    write_run(tmp_path)
    return Runs.load(tmp_path, "metrics", (0,))


def test_every_figure_and_table_is_made_without_tensorflow(
    runs: Runs, tmp_path: Path, draw: Callable[..., dict[str, Any]]
) -> None:
    index = draw("metrics", tmp_path, (0,))
    assert index["figures"] == sorted(NAMES)
    assert sorted(index["tables"]) == ["cases", "emojis", "levels", "neighbours"]


def test_the_table_of_the_written_answer_finds_its_figures(root: Path) -> None:
    text = (root / "theory" / "inception_score_and_frechet_distance.tex").read_text(encoding="utf-8")
    asked = set(re.findall(r"\\measurement\{fig:metrics-([a-z-]+)\}", text))
    assert asked
    assert asked <= {name.replace("_", "-") for name in NAMES}


def test_steps_in_which_the_score_rises_are_ringed(runs: Runs) -> None:
    run = runs[0]
    run.arrays["swirl_score"] = np.array([9.0, 8.0, 8.5, 7.0, 7.1])
    panels = figures.sensitivity(run).axes
    count = len(figures.DAMAGES)
    below = panels[count + list(figures.DAMAGES).index("swirl")]
    ringed = next(line for line in below.lines if line.get_markerfacecolor() == "none")
    np.testing.assert_array_equal(ringed.get_xdata(), [2, 4])
    other = next(line for line in panels[count].lines if line.get_markerfacecolor() == "none")
    assert len(np.asarray(other.get_xdata())) == 0


def test_the_table_of_levels_has_the_amounts_that_are_applied(runs: Runs) -> None:
    table = figures.levels(runs)
    assert [heading for heading, _ in table.columns] == ["Damage", "1", "2"]
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows[figures.AMOUNTS["blur"]] == [1.2, 2.4]
    assert rows[figures.AMOUNTS["contamination"]] == [0.3, 0.6]


def test_cases_name_the_digits_that_are_missing() -> None:
    assert figures.CASES["dropped"] == "Without 0, 1 and 2"


def test_two_tables_hold_every_measure_of_every_case(runs: Runs) -> None:
    tables = figures.cases(runs), figures.neighbours(runs)
    for table in tables:
        assert [row[0] for row in table.rows] == list(figures.CASES.values())
    names = [cell.name for table in tables for cell in table.rows[1][1:]]  # type: ignore[union-attr]
    assert names == [f"case_dropped_{measure}" for measure in MEASURES]
