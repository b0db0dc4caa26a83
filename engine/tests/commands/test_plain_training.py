"""A training that does not import TensorFlow, where TensorFlow cannot be imported: with numpy, in place of PyTorch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from texloom.results.runs import Runs
from texloom.results.sealed import read_sealed
from texloom.staleness import keys
from texloom.staleness.judge import judge

SOURCES = {
    "__init__": "DATA = ()\n",
    "config": """
from texloom.training.configuration import Configuration

class Config(Configuration):
    steps: int = 4
""",
    "metrics": """
from texloom.results.metrics import Metric

METRICS = {"weight": Metric("", "weight"), "begun": Metric("", "the first step of this process")}
""",
    "train": """
import os
import sys
from pathlib import Path

import numpy as np


class Weight:
    def __init__(self, value):
        self.value = value

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.value)

    def assign(self, value):
        self.value = float(value)


def train(config, seed, run, checkpoint):
    weight = Weight(float(seed))
    begun, _ = checkpoint.restore([weight])
    for step in range(begun, config.steps):
        weight.value += 2.0
        checkpoint.save(step + 1, [weight], {}, force=True)
        if step + 1 == 3 and not begun:
            os._exit(9)
    run.metric("weight", weight.value)
    run.metric("begun", begun)
    print({"tensorflow", "keras"} & sys.modules.keys())
""",
    "figures": "figures = tables = None\n",
}


@pytest.fixture
def plain(code: Path) -> Path:
    """The project with a training in numpy, whose process dies once after three of four steps."""
    folder = code / "experiments/plain"
    folder.mkdir()
    for name, text in SOURCES.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (code / "tensorflow.py").write_text("raise ImportError('TensorFlow is not installed')\n", encoding="utf-8")
    keys.import_graph.cache_clear()
    return code


def train() -> subprocess.CompletedProcess[str]:
    text = "from texloom.commands import entry, stages; entry.run_command(stages.main)"
    environment = os.environ | {"PYTHONPATH": f"{Path('engine').absolute()}{os.pathsep}{Path.cwd()}"}
    command = [sys.executable, "-c", text, "train", "plain", "--seed", "5"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


def test_a_training_without_tensorflow_resumes_and_nothing_of_tensorflow_is_in_its_key(plain: Path) -> None:
    assert train().returncode == 9
    finished = train()
    assert (finished.returncode, finished.stdout) == (0, "set()\n"), finished.stderr
    runs = Runs.load(Path("build"), "plain", [5])
    assert [runs.metric(name).mean for name in ("weight", "begun")] == [5 + 4 * 2, 3]
    assert not any(path.is_file() for path in Path("build/checkpoints").rglob("*"))
    key = keys.run_key("plain", [])
    assert judge(read_sealed(runs[0].folder / "run.json"), key) == []
    assert {"texloom/training/plain.py", "texloom/training/checkpoint.py"} <= key.code.keys()
    assert not {"texloom/training/stage.py", "texloom/training/startup.py"} & key.code.keys()
    assert not {"tensorflow", "keras"} & key.versions.keys()


def test_a_training_that_reaches_tensorflow_keeps_its_stage(code: Path) -> None:
    """Also through the engine's loop, as that of the small project does."""
    assert (keys.kind_of_stage("toy"), keys.kind_of_stage("survey")) == ("train", "analysis")
    assert "texloom/training/stage.py" in keys.run_key("toy", []).code
