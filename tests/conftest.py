"""How the tests run: their progress, their distribution over the cores; and builders that several folders share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from experiments.common import cores
from experiments.common.runs import Runs, RunWriter, run_folder
from tests import ROOT
from tests.progress import Progress
from weave.machine import TRAINING_MEMORY, usable_memory

settings.register_profile("report", deadline=None, derandomize=True, database=None)
settings.load_profile("report")


class OneWorkerPerFile(LoadScopeScheduling):
    """The tests of a file run on one worker, which makes their fixtures once; the files that share a build, too."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = str(Path(file).parent)
        return folder if folder.endswith("shared_build") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return OneWorkerPerFile(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """As many as a build starts trainings: one for each core, and no more than fit into the memory."""
    return min(cores.available(), usable_memory() // TRAINING_MEMORY)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        cores.limit_linear_algebra(1)  # of more threads than cores, most would only wait for each other, busily
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and config.option.verbose < 1 and config.option.capture != "no":  # else pytest's own lines show it
        config.pluginmanager.register(Progress(reporter))


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def make_runs(tmp_path: Path) -> Callable[..., Runs]:
    """Writes runs of the experiment 'toy' below tmp_path/build: one metrics dictionary for each seed."""

    def make(
        *metrics: dict[str, tuple[float, str]], config: dict[str, Any] | None = None, options: Sequence[str] = ()
    ) -> Runs:
        for seed, each in enumerate(metrics):
            writer = RunWriter()
            for name, (value, unit) in each.items():
                writer.metric(name, value, unit, f"meaning of {name}")
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
