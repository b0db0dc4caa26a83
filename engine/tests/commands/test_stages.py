"""An experiment without training as a command: a run like any other, without TensorFlow."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from texloom.results.runs import Runs

ANALYSIS = {
    "__init__": "DATA = ()",
    "config": """
from texloom.training.configuration import Configuration

class Config(Configuration):
    count: int = 1000

    @classmethod
    def smoke(cls):
        return cls(count=10)
""",
    "metrics": """
from texloom.results.metrics import Metric

METRICS = {"mean": Metric("mm", "mean of {count} days"), "cores": Metric("", "of linear algebra")}
""",
    "analysis": """
import sys

import numpy as np
from threadpoolctl import threadpool_info

def analyse(config, seed, run):
    run.metric("mean", np.random.default_rng(seed).uniform(size=config.count).mean(), count=config.count)
    run.metric("cores", max(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"))
    print("imported:", sorted({"tensorflow", "keras"} & set(sys.modules)))
""",
}


@pytest.fixture
def rainfall(project: Path) -> Path:
    """The project with an analysis besides the experiment with training."""
    folder = project / "experiments" / "rainfall"
    folder.mkdir(parents=True)
    for name, source in ANALYSIS.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    (project / "experiments" / "toy" / "config.py").write_text("class Config: pass\n", encoding="utf-8")
    (project / "experiments" / "toy" / "__init__.py").write_text("DATA = ()\n", encoding="utf-8")
    (project / "experiments" / "toy" / "train.py").write_text("def train(): pass\n", encoding="utf-8")
    for package in ("experiments", "theory"):
        (project / package / "__init__.py").touch()
    return project


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from texloom.commands import entry, stages; entry.run_command(stages.main)"
    environment = os.environ | {"PYTHONPATH": f"{root / 'engine'}{os.pathsep}{Path.cwd()}"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_an_analysis_writes_a_run_on_one_core_without_tensorflow(rainfall: Path, root: Path) -> None:
    finished = run(root, "analyse", "rainfall", "--seed", "3", "--smoke")
    assert (finished.returncode, finished.stdout) == (0, "imported: []\n"), finished.stderr
    runs = Runs.load(rainfall / "build", "rainfall", [3])
    mean = runs.metric("mean")
    assert (mean.unit, mean.meaning) == ("mm", "mean of 10 days")
    assert 0 < mean.mean < 1
    assert runs.metric("cores").mean == 1
    assert runs.config == {"count": 10}
    assert sorted(path.name for path in (rainfall / "build").iterdir()) == ["runs"]  # no checkpoint, no live view


def test_an_analysis_reads_own_data_and_reports_errors_in_one_message(rainfall: Path, root: Path) -> None:
    """The record of its run contains the digests of the files that it read."""
    Path("experiments/rainfall/__init__.py").write_text('DATA = ("rain",)\n')
    reading = "from texloom.data.paths import data_path\n\n\ndef analyse(config, seed, run):\n"
    metrics = '    run.metric("mean", float(data_path("rain").read_text()), count=1)\n    run.metric("cores", 1)\n'
    Path("experiments/rainfall/analysis.py").write_text(reading + metrics)
    refused = run(root, "analyse", "rainfall")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "experiments/rainfall/__init__.py: DATA: there is no data set 'rain'\n"
        '  declare it in report.toml: [data.rain] with file = "…", folder, url or doi; there are: digits\n'
    )
    with Path("report.toml").open("a") as manifest:
        manifest.write('\n[data.rain]\nfile = "rain.csv"\n')
    refused = run(root, "analyse", "rainfall")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "report.toml:32: rain.csv is not there\n  put it there, or correct the path\n"
    Path("rain.csv").write_text("3.5")
    finished = run(root, "analyse", "rainfall")
    assert finished.returncode == 0, finished.stderr
    runs = Runs.load(rainfall / "build", "rainfall", [0])
    assert runs.metric("mean").mean == 3.5
    assert runs[0].record["data"] == {"rain/rain.csv": hashlib.sha256(b"3.5").hexdigest()}


@pytest.mark.parametrize(
    ("verb", "name", "message"),
    [
        ("train", "rainfall", "has no train.py, but analysis.py\n  python -m experiments analyse rainfall"),
        ("analyse", "toy", "has no analysis.py, but train.py\n  python -m experiments train toy"),
    ],
)
def test_the_other_command_is_refused_with_the_right_one(
    rainfall: Path, root: Path, verb: str, name: str, message: str
) -> None:
    finished = run(root, verb, name)
    assert finished.returncode == 2
    assert finished.stderr == f"experiments/{name}: {message}\n"


def test_the_error_of_an_experiment_without_metrics_names_what_to_define(rainfall: Path, root: Path) -> None:
    (rainfall / "experiments" / "rainfall" / "metrics.py").unlink()
    finished = run(root, "analyse", "rainfall")
    assert finished.returncode == 2
    assert finished.stderr == (
        "experiments/rainfall: has no metrics.py\n  it must define METRICS; make new NAME=x shows how\n"
    )
    assert not (rainfall / "build").exists()


def test_an_error_while_a_result_is_recorded_is_not_blamed_on_right_declarations(rainfall: Path, root: Path) -> None:
    code = rainfall / "experiments" / "rainfall" / "analysis.py"
    text = code.read_text(encoding="utf-8") + '    run.array("ragged", [[1], [1, 2]])\n'
    code.write_text(text, encoding="utf-8")
    finished = run(root, "analyse", "rainfall")
    assert finished.returncode == 2
    line = text.count("\n")
    assert f"experiments/rainfall/analysis.py:{line}" in finished.stderr.splitlines()[0]
    assert "METRICS" not in finished.stderr
