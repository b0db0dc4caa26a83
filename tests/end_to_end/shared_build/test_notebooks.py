"""The notebooks give the same numbers with the finished runs, trained in a clone, and alone in an empty folder."""

from __future__ import annotations

import html
import json
import re
import shutil
import statistics
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from tests import ROOT
from tests.end_to_end.conftest import Checkout
from texloom.notebook.execute import execute

EXPERIMENTS = sorted(path.parent.name for path in ROOT.glob("experiments/*/train.py"))
ALONE = {"denoising_autoencoder": {"MNIST_DIR": str(ROOT / "data" / "mnist")}, "quadratic_gan": {}}
"""The notebooks executed alone, with data from the user's folder; the others are executed in a clone."""


def make_notebooks(built: Checkout, *arguments: str) -> Path:
    """The folder of the notebooks after `make notebooks`."""
    said = built.make("notebooks", "PROFILE=smoke", *arguments)
    assert "build/smoke/notebooks: " in said
    return built.folder / "build" / "smoke" / "notebooks"


@pytest.fixture(scope="module")
def notebooks(built: Checkout) -> Path:
    """The notebooks of all experiments."""
    return make_notebooks(built)


def read(path: Path) -> NotebookNode:
    """A notebook, after validation."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def outputs(notebook: NotebookNode, kind: str) -> list[Any]:
    """The outputs of its cells with a MIME type, or on a stream."""
    given = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [each.data[kind] for each in given if kind in each.get("data", {})] + [
        each.text for each in given if each.get("name") == kind
    ]


def shown_metrics(notebook: NotebookNode) -> dict[str, str]:
    """The metrics of its table, as they are printed."""
    (table,) = [shown for shown in outputs(notebook, "text/html") if "what it is" in shown]
    cells = [re.findall(r">([^<]*)</td>", row) for row in table.splitlines()]
    return {html.unescape(row[0]): row[1] for row in cells if row}


def stored_metrics(build: Path, name: str, seed: int = 0) -> dict[str, dict[str, Any]]:
    return json.loads((build / "runs" / name / f"seed-{seed}" / "metrics.json").read_text(encoding="utf-8"))


def test_the_notebook_of_one_experiment_shows_the_finished_runs(built: Checkout) -> None:
    check_finished_runs(make_notebooks(built, "EXPERIMENT=quadratic_gan"), "quadratic_gan")


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_notebook_shows_the_finished_runs(notebooks: Path, name: str) -> None:
    check_finished_runs(notebooks, name)


def check_finished_runs(notebooks: Path, name: str) -> None:
    """A notebook shows exactly the figures and the metrics of the finished runs."""
    notebook = read(notebooks / f"{name}.ipynb")
    said = "".join(outputs(notebook, "stdout"))
    assert re.fullmatch(rf"loaded: the finished runs of seed [\d, ]+ in build/smoke/runs/{name}\n", said)
    assert outputs(notebook, "stderr") == []
    drawn = [cell for cell in notebook.cells if cell.id.startswith("figure-") and cell.cell_type == "code"]
    assert len(outputs(notebook, "image/png")) == len(drawn) > 3
    seeds = len(list((notebooks.parent / "runs" / name).glob("seed-*")))
    shown = shown_metrics(notebook)
    every = [stored_metrics(notebooks.parent, name, seed) for seed in range(seeds)]
    assert shown.keys() == every[0].keys()
    for metric, text in shown.items():
        values = [stored[metric]["value"] for stored in every]
        skewed = re.fullmatch(r"median (\S+) \(\S+ to \S+\)", text)
        middle = skewed[1] if skewed else text.partition(" ± ")[0]
        expected = statistics.median(values) if skewed else statistics.fmean(values)
        unsure = max(values) - min(values) + max(stored[metric].get("error") or 0 for stored in every)
        assert float(middle.replace("∞", "inf")) == pytest.approx(expected, rel=0.05, abs=unsure + 1e-12)


@pytest.mark.slow
def test_made_notebooks_are_not_made_again_and_edited_ones_stay(built: Checkout, notebooks: Path) -> None:
    edited = notebooks / "quadratic_gan.ipynb"
    before = edited.read_text(encoding="utf-8")
    edited.write_text('{"cells": "edited"}', encoding="utf-8")
    try:
        made = [path.stat().st_mtime_ns for path in sorted(notebooks.glob("../tangled/*.ipynb"))]
        built.make("notebooks", "PROFILE=smoke")
        assert [path.stat().st_mtime_ns for path in sorted(notebooks.glob("../tangled/*.ipynb"))] == made
        assert edited.read_text(encoding="utf-8") == '{"cells": "edited"}'
    finally:
        edited.write_text(before, encoding="utf-8")


@pytest.fixture(scope="module")
def clone(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout without any build, so that there is nothing to load."""
    folder = tmp_path_factory.mktemp("clone")
    ignored = shutil.ignore_patterns("build", ".snakemake", "__pycache__")
    return shutil.copytree(checkout.folder, folder / "clone", symlinks=True, ignore=ignored)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_trained_in_the_notebook_the_metrics_are_the_command_line_s(
    notebooks: Path, name: str, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # a missing package must be an error here, not an installation
    alone = name in ALONE
    folder = tmp_path if alone else clone / "build" / "notebooks"
    for variable, value in ALONE.get(name, {}).items():
        monkeypatch.setenv(variable, value)
    execute(read(notebooks / f"{name}.ipynb"), folder / f"{name}.ipynb")
    notebook = read(folder / f"{name}.ipynb")
    said = "".join(outputs(notebook, "stdout"))
    assert (
        f"no finished runs: there is no {'project around this notebook' if alone else 'run in build/smoke/runs'}"
        in said
    )
    assert "trained here: seed 0" in said
    assert stored_metrics(folder, name) == stored_metrics(notebooks.parent, name)
    assert shown_metrics(notebook).keys() == stored_metrics(folder, name).keys()
    assert {path.name for path in folder.iterdir()} >= {"runs"} | ({"report_project"} if alone else set())
    assert len(outputs(notebook, "image/png")) == len(outputs(read(notebooks / f"{name}.ipynb"), "image/png"))


@pytest.mark.slow
def test_a_failing_cell_is_told_in_two_lines_and_the_last_good_notebook_stays(built: Checkout, notebooks: Path) -> None:
    good = (notebooks / "denoising_autoencoder.ipynb").read_bytes()
    with built.appended("figures", "METHODS['ours'] = no_such_name"):
        finished = built.run("make", "notebooks", "PROFILE=smoke", "EXPERIMENT=denoising_autoencoder")
    assert finished.returncode == 2
    assert (
        "(`%%module experiments.denoising_autoencoder.figures`) failed: NameError: name 'no_such_name'"
        in finished.stderr
    )
    assert "Traceback" not in finished.stderr
    assert "denoising_autoencoder.failed.ipynb" in finished.stderr
    assert (notebooks / "denoising_autoencoder.ipynb").read_bytes() == good
