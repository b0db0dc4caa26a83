"""A small project in a temporary folder, and runs, for the parts of the engine that read files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from texloom.results.metrics import Metric
from texloom.results.runs import Runs, run_folder
from texloom.results.writer import RunWriter

MANIFEST = """\
[report]
title = "A title"
author = "An author"
date = 2024-01-02

[[sections]]
title = "One"

[[sections.parts]]
title = "Text"
theory = "alpha_text"

[[sections.parts]]
title = "Code"
experiment = "toy"
seeds = [0, 1]
headline = ["loss"]

[profiles.report]
folder = "build"

[profiles.smoke]
folder = "build/smoke"
smoke = true
watermark = "DRAFT"
claims = "show"
"""
METRICS = """\
from texloom.results.metrics import Metric

METRICS = {"loss": Metric("", "meaning of loss")}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one written answer and one experiment; the current folder while the test runs."""
    for name, text in {
        "report.toml": MANIFEST,
        "theory/alpha_text.tex": "\\begin{problem}Why?\\end{problem}\nBecause.\n",
        "theory/notation.tex": "",
        "theory/references.bib": "@book{knuth1984,\n title={The TeXbook}}\n",
        "experiments/toy/metrics.py": METRICS,
        "experiments/toy/train.py": "",
        "templates/sections/toy.tex.j2": "\\begin{problem}How?\\end{problem}\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def root() -> Path:
    """The checkout in which the engine lies."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture
def manifest_text() -> str:
    """The manifest of `project`."""
    return MANIFEST


@pytest.fixture
def make_runs(tmp_path: Path) -> Callable[..., Runs]:
    """Writes runs of the experiment 'toy' below tmp_path/build: one metrics dictionary for each seed."""

    def make(
        *metrics: dict[str, tuple[float, str]], config: dict[str, Any] | None = None, options: Sequence[str] = ()
    ) -> Runs:
        for seed, each in enumerate(metrics):
            writer = RunWriter({name: Metric(unit, f"meaning of {name}") for name, (_, unit) in each.items()})
            for name, (value, _) in each.items():
                writer.metric(name, value)
            writer.array("clean", np.eye(3))
            writer.history({"step": [1, 2], "loss": [0.5, 0.25]})
            writer.architecture("net", [_dense("hidden_1", "relu", 4, 20), _dense("total", "", 0, 20)])
            config = config or {"epochs": 3, "noise": "salt_and_pepper"}
            record = {"experiment": "toy", "seed": seed, "config": config, "options": list(options)}
            writer.write(run_folder(tmp_path / "build", "toy", seed), record)
        return Runs.load(tmp_path / "build", "toy", range(len(metrics)))

    return make


def _dense(name: str, activation: str, units: int, parameters: int) -> dict[str, Any]:
    shape = [units] if units else []
    return {"layer": "Dense", "name": name, "activation": activation, "shape": shape, "parameters": parameters}
