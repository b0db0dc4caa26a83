"""What the figures of an experiment read in the folder of results."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from texloom.data.digests import Digests
from texloom.results.places import BuildFolder
from texloom.results.sealed import read_sealed
from texloom.staleness.judge import changed_reads

SOURCES = {
    "__init__": "DATA = ()\n",
    "config": """
from texloom.training.configuration import Configuration

class Config(Configuration):
    @classmethod
    def smoke(cls):
        return cls()
""",
    "metrics": 'from texloom.results.metrics import Metric\n\nMETRICS = {"mean": Metric("", "mean")}\n',
    "analysis": 'def analyse(config, seed, run):\n    run.metric("mean", 1.0)\n',
    "figures": """
from pathlib import Path

from texloom.results.plotting import new_figure
from texloom.results.tables import Table

OWN = ("build/runs/rainfall/mine.csv", "build/runs/rainfall/seed-0/mine.csv", "build/figures/rainfall/mine.csv")

def figures(runs):
    runs.metric("mean")
    Path("build/runs/rainfall/seed-0/metrics.json").read_text()
    for name in OWN:
        Path(name).read_text()
    return {"drawn": new_figure(1)}

def tables(runs):
    return {}
""",
}
BUILD = BuildFolder(Path("build"))


@pytest.fixture
def rainfall(project: Path) -> Path:
    """A project whose experiment 'rainfall' reads a user's own files in the folder of results."""
    for name, text in SOURCES.items():
        path = Path("experiments/rainfall", f"{name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    Path("experiments/__main__.py").write_text("from texloom.commands.stages import main\n\nmain()\n")
    for package in ("experiments", "theory", "experiments/toy"):
        Path(package, "__init__.py").write_text("DATA = ()\n")
    return project


def stage(root: Path, *arguments: str) -> str:
    code = "from texloom.commands import entry, stages; entry.run_command(stages.main)"
    environment = os.environ | {"PYTHONPATH": f"{root / 'engine'}{os.pathsep}{Path.cwd()}"}
    command = [sys.executable, "-c", code, *arguments]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stderr


def test_a_user_s_own_files_among_runs_and_figures_are_read(rainfall: Path, root: Path) -> None:
    stage(root, "analyse", "rainfall")
    own = [f"build/{name}" for name in ("figures/rainfall/mine.csv", "runs/rainfall/mine.csv")]
    own += ["build/runs/rainfall/seed-0/mine.csv"]
    for name in own:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("1")
    for _ in range(2):  # also where the figures are there already
        assert stage(root, "figures", "rainfall") == ""
        reads = read_sealed(BUILD.figure_index("rainfall"))["reads"]
        of_build = {name for kind in ("files", "looked") for name in reads.get(kind, {}) if name.startswith("build/")}
        assert of_build - {BUILD.figures("rainfall").as_posix()} == {*own}
        assert not Path(".snakemake/left").exists()
    for name in own:
        Path(name).write_text("2")
        assert list(changed_reads(reads, Digests())) == [name]
        Path(name).write_text("1")
