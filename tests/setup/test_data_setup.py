"""engine/setup/python.sh data: the data are fetched while uv installs; success, failure and interruption."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.setup.conftest import ENDLESS, UNTIL, UV_OPTIONS, Place

Failure = Callable[..., tuple[str, str]]


def test_data_are_fetched_while_uv_installs(place: Place, with_uv: Callable[..., None], sleep: None) -> None:
    """The stubs of both wait for each other to start, and the set-up waits for both."""
    with_uv(
        install=f"{UNTIL.format(file='fetching')}; echo > installing",
        fetch=f"echo > fetching; {UNTIL.format(file='installing')}; sleep 0.3; echo 'data: here'; echo > fetched",
    )
    with place.started("/bin/sh", "engine/setup/python.sh", "data") as process:
        assert process.wait(timeout=30) == 0  # not until its output ends, because fetching may take longer
        assert (place.folder / "fetched").exists()
        output, errors = process.communicate()
    assert (output.splitlines()[1:], errors) == (["data: here"], "")
    assert (place.folder / "uv-input").read_text() == "numpy==2.0 \\\n    --hash=sha256:00\n"
    assert place.calls("uv")[1:] == [
        f"pip install {UV_OPTIONS} -c .venv/constraints.txt -r -",
        f"pip sync {UV_OPTIONS} requirements.lock",
    ]


WHEEL = "engine/texloom-0.2.0-py3-none-any.whl \\\n    --hash=sha256:33\n"


def test_fetching_data_needs_the_engine_s_wheel(place: Place, with_uv: Callable[..., None]) -> None:
    """uv installs the wheel from the lock, but does not accept it in a list of constraints."""
    with_uv(fetch="echo > fetched")
    lock = place.folder / "requirements.lock"
    without = lock.read_text()
    lock.write_text(without.replace("uv==", f"{WHEEL}uv=="))
    finished = place.run("python.sh", "data")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("setup: .venv with 4 locked packages ")
    assert (place.folder / "fetched").exists()
    assert (place.folder / "uv-input").read_text() == f"numpy==2.0 \\\n    --hash=sha256:00\n{WHEEL}"
    assert (place.folder / ".venv" / "constraints.txt").read_text() == without


def test_data_that_nobody_asked_for_are_not_fetched(place: Place, with_uv: Callable[..., None]) -> None:
    with_uv(fetch="echo > fetched")
    assert place.run("python.sh").returncode == 0
    assert not (place.folder / "fetched").exists()


def test_data_that_cannot_be_fetched_are_left_to_the_build(place: Place, with_uv: Callable[..., None]) -> None:
    with_uv(fetch="echo 'data: MNIST cannot be fetched' >&2; exit 2")
    finished = place.run("python.sh", "data")
    assert (finished.returncode, finished.stderr, len(finished.stdout.splitlines())) == (0, "", 1)


def test_a_failed_set_up_ends_the_fetching(
    place: Place, with_uv: Callable[..., None], failure: Failure, sleep: None
) -> None:
    until = UNTIL.format(file="fetch-pid")
    with_uv(install=f"{until}; echo 'No space left on device'; exit 1", fetch=ENDLESS.format(name="fetch"))
    assert "the disk is full" in failure("python.sh", "data")[0]
    assert place.ended("fetch")


def test_ctrl_c_ends_all(place: Place, with_uv: Callable[..., None], sleep: None) -> None:
    with_uv(install=ENDLESS.format(name="install"), fetch=ENDLESS.format(name="fetch"))
    with place.started("/bin/sh", "engine/setup/python.sh", "data") as process:
        place.wait_for("install-pid", "fetch-pid")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=10) == 130
    assert place.ended("install")
    assert place.ended("fetch")
    assert (place.folder / ".venv" / "lock.sha256").read_text() == ""


WITHOUT_THE_REST = """
import sys, sysconfig
from importlib import metadata
from packaging.requirements import Requirement

allowed, waiting = set(), sys.argv[1:]
while waiting:
    name = waiting.pop().lower().replace("_", "-")
    if name not in allowed:
        allowed.add(name)
        needed = map(Requirement, metadata.requires(name) or [])
        waiting += [each.name for each in needed if not each.marker or each.marker.evaluate({"extra": ""})]
modules = metadata.packages_distributions()


class Blocked:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in modules and not allowed & {each.lower().replace("_", "-") for each in modules[name]}:
            raise ModuleNotFoundError(f"{name} is not among what fetching needs", name=name)


for name in set(sys.modules) & set(modules):
    del sys.modules[name]
sys.meta_path.insert(0, Blocked)
import experiments.__main__
import experiments.datasets.mnist, experiments.datasets.emoji, experiments.inception.weights
from texloom import manifest
from texloom.data import declared

assert declared.missing(manifest.load().experiments) is not None
"""


def test_what_is_installed_first_is_enough_to_fetch_data(root: Path) -> None:
    names = re.findall(r'^FETCHING="(.*)"', (root / "engine" / "setup" / "python.sh").read_text(), re.MULTILINE)[
        0
    ].split()
    locked = re.findall(r"^([a-z0-9-]+)==", (root / "requirements.lock").read_text(), re.MULTILINE)
    assert {"uv", *names} <= set(locked)
    command = [sys.executable, "-c", WITHOUT_THE_REST, *names]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
