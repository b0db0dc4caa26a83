"""A pytest plugin: a file's tests on one worker, as many workers as there are cores, progress that names the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from texloom.machine import cores
from texloom.machine.kind import TRAINING_MEMORY, usable_memory
from texloom.testing.progress import Progress

# What depends on the machine's load fails no test: neither a deadline nor the time that examples take to be made.
settings.register_profile(
    "report", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.load_profile("report")


class OneWorkerPerFile(LoadScopeScheduling):
    """The tests of a file run on one worker, which makes their fixtures once; the files that share a build, too."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = str(Path(file).parent)
        return folder if folder.endswith("shared_build") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Distribute the tests."""
    return OneWorkerPerFile(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """As many as a build starts trainings: one for each core, and no more than fit into the memory."""
    return min(cores.available(), usable_memory() // TRAINING_MEMORY)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Limit a worker to one core, and show progress where pytest would show dots."""
    if hasattr(config, "workerinput"):
        cores.limit_linear_algebra(1)  # of more threads than cores, most would only wait for each other, busily
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and config.option.verbose < 1 and config.option.capture != "no":  # else pytest's own lines show it
        config.pluginmanager.register(Progress(reporter))
