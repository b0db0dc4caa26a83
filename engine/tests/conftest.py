"""A small project in a temporary folder, and runs, for the parts of the engine that read files."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import texloom
from texloom.results.metrics import Metric
from texloom.results.runs import Runs, run_folder
from texloom.results.writer import RunWriter
from texloom.staleness import closure
from texloom.staleness.made_from import MadeFrom

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

[data.digits]
module = "experiments.digits"
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
        "experiments/digits.py": "def fetch(*, user_folder):\n    pass\n",
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
def needs_tensorflow() -> None:
    """Skip a test that needs TensorFlow in another process if it is not installed; this process does not import it."""
    if not find_spec("tensorflow"):
        pytest.skip("TensorFlow is not installed")


@pytest.fixture
def root() -> Path:
    """The checkout that contains the engine."""
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
            made = MadeFrom(parameters={"options": list(options)})
            record = {"experiment": "toy", "seed": seed, "config": config, **made.to_json()}
            writer.write(run_folder(tmp_path / "build", "toy", seed), record)
        return Runs.load(tmp_path / "build", "toy", range(len(metrics)))

    return make


def _dense(name: str, activation: str, units: int, parameters: int) -> dict[str, Any]:
    shape = [units] if units else []
    return {"layer": "Dense", "name": name, "activation": activation, "shape": shape, "parameters": parameters}


DIGITS = {"train-images": "many digits\n", "test-images": "other digits\n"}
SUMS = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in DIGITS.items())

CODE = {
    "experiments/__init__.py": "",
    "experiments/toy/__init__.py": 'DATA = ["digits"]\n',
    "experiments/toy/data.py": "from texloom.errors import ReportError\n\n\ndef load(path):\n    if not path:\n"
    '        raise ReportError(path, "there are no digits", "fetch them")\n    return path\n',
    "experiments/toy/train.py": "import numpy\n\nfrom experiments.toy import data\n"
    "from texloom.training import loop\n\n\n"
    "def train(config, seed, run, checkpoint):\n    return numpy.zeros(3), data.load, loop\n",
    "experiments/toy/figures.py": "from texloom.results import plotting, tables\n\nfigures = None\n",
    "experiments/survey/__init__.py": "DATA = []\n",
    "experiments/survey/analysis.py": "import pooch.hashes\n\n\ndef analyse(config, seed, run):\n    pass\n",
    "experiments/survey/figures.py": "figures = tables = None\n",
    "theory/__init__.py": "",
    "theory/alpha_text.py": "import jinja2\n\nfrom theory import helper\n",
    "theory/helper.py": "",
    "theory/unused.py": "",
    **{f"data/digits/{name}": text for name, text in DIGITS.items()},
    "data/digits/SHA256SUMS": SUMS,
    "requirements.lock": "",
}


@pytest.fixture
def code(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The project with code, importable as `experiments` and `theory`, and a copy of the engine that tests edit."""
    for name, text in CODE.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    engine = Path(next(iter(texloom.__path__)))
    shutil.copytree(engine, project / "engine" / "texloom", ignore=shutil.ignore_patterns("__pycache__"))
    for name in report_modules():
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(project)
    closure.import_graph.cache_clear()
    yield project
    closure.import_graph.cache_clear()
    for name in report_modules():
        del sys.modules[name]


def report_modules() -> list[str]:
    """The modules of a report that are loaded."""
    return [name for name in sys.modules if name.partition(".")[0] in ("experiments", "theory")]
