"""The stage itself starts TensorFlow, so that the code of this start is part of the run's identity."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from texloom.training import stage

TRAIN = """\
import tensorflow as tf
from tensorflow.python.framework.config import is_op_determinism_enabled


def train(config, seed, run, checkpoint):
    run.metric("cores", tf.config.threading.get_intra_op_parallelism_threads())
    run.metric("deterministic", is_op_determinism_enabled())
"""
METRICS = """\
from texloom.results.metrics import Metric

METRICS = {"cores": Metric("", "of one operation"), "deterministic": Metric("", "whether it is")}
"""
CALL = """\
import sys
from texloom.training import stage
assert "tensorflow" not in sys.modules
{before}
run = stage.train("toy", None, 0, cores=2)
print(*(metric["value"] for metric in run.metrics.values()))
"""


@pytest.mark.usefixtures("needs_tensorflow")
@pytest.mark.parametrize(
    "before", ["", "stage.start(2)", "import tensorflow"], ids=["alone", "started before", "imported before"]
)
def test_a_training_is_repeatable_and_has_its_cores_whatever_calls_it(project: Path, root: Path, before: str) -> None:
    for name, text in (("__init__", ""), ("train", TRAIN), ("metrics", METRICS)):
        (project / f"experiments/toy/{name}.py").write_text(text, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": f"{root / 'engine'}{os.pathsep}{project}"}
    command = [sys.executable, "-c", CALL.format(before=before)]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert finished.stdout.split() == ["2.0", "1.0"], finished.stderr


RECORDED = """\
calls = []


def train(config, seed, run, checkpoint):
    calls.append((config, seed, checkpoint))
    run.metric("loss", 0.5)
"""


def test_an_experiment_is_trained_once_tensorflow_has_started_and_nothing_is_written(
    code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code / "experiments/toy/train.py").write_text(RECORDED, encoding="utf-8")
    started: list[int] = []
    monkeypatch.setattr(stage, "start", lambda cores: started.append(cores) or _not_imported())
    config, checkpoint = object(), object()
    before = sorted(code.rglob("*.json"))
    run = stage.train("toy", config, 7, checkpoint, cores=3)  # type: ignore[arg-type]
    assert started == [3]
    assert sys.modules["experiments.toy.train"].calls == [(config, 7, checkpoint)]
    assert run.metrics == {"loss": {"value": 0.5, "unit": "", "meaning": "meaning of loss"}}
    assert sorted(code.rglob("*.json")) == before


def _not_imported() -> None:
    """The experiment's module imports TensorFlow, so it must be imported after the start."""
    assert "experiments.toy.train" not in sys.modules
