"""A pytest plugin: one worker for all tests of a file, as many workers as cores, progress that names the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from texloom.machine import cores
from texloom.machine.kind import TRAINING_MEMORY, usable_memory
from texloom.testing.progress import Progress

# The machine's load must not fail tests: no deadline, and no check of the time to generate examples.
settings.register_profile(
    "report", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.load_profile("report")


class OneWorkerPerFile(LoadScopeScheduling):
    """Runs all tests of a file on one worker, which creates their fixtures once; likewise files that share a build."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = str(Path(file).parent)
        return folder if folder.endswith("shared_build") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Distribute the tests to the workers."""
    return OneWorkerPerFile(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """One worker for each core, but no more than fit into the memory, like the trainings of a build."""
    return min(cores.available(), usable_memory() // TRAINING_MEMORY)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Limit a worker to one core, and show our progress in place of pytest's dots."""
    if hasattr(config, "workerinput"):
        cores.limit_linear_algebra(1)  # with more threads than cores, most would only busy-wait for each other
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and config.option.verbose < 1 and config.option.capture != "no":  # else pytest prints its own lines
        config.pluginmanager.register(Progress(reporter))
