"""The lock of a checkout: one build at a time, freed with its last holder, not to be removed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.machine.lock import build_lock

HOLD = """
import subprocess, sys, time
from pathlib import Path
from texloom.machine.lock import build_lock
with build_lock(Path(sys.argv[1])) as held:
    if len(sys.argv) > 2:
        sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
        child = subprocess.Popen(sleep, pass_fds=[held], stdout=subprocess.DEVNULL)
        print(child.pid, flush=True)
    print("held", flush=True)
    time.sleep(60)
"""


def hold(folder: Path, root: Path, *options: str) -> tuple[subprocess.Popen[str], list[str]]:
    """Another process that holds the lock, and what it said before it was ready."""
    command = [sys.executable, "-c", HOLD, str(folder), *options]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said = []
    while (line := process.stdout.readline().strip()) != "held":
        assert line, "the process ended early"
        said.append(line)
    return process, said


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def is_free(folder: Path) -> bool:
    try:
        with build_lock(folder):
            return True
    except ReportError:
        return False


def test_a_second_build_is_told_who_builds_and_a_killed_one_leaves_no_lock(tmp_path: Path, root: Path) -> None:
    process, _ = hold(tmp_path, root)
    try:
        message = rf"another build is running here \(process {process.pid}\)"
        with pytest.raises(ReportError, match=message), build_lock(tmp_path):
            pass
    finally:
        kill(process)
    assert is_free(tmp_path)
    assert is_free(tmp_path)  # and is released at the end of the block


def test_a_child_that_outlives_a_killed_build_still_holds_the_lock(tmp_path: Path, root: Path) -> None:
    process, (child,) = hold(tmp_path, root, "child")
    kill(process)
    try:
        assert not is_free(tmp_path)
    finally:
        os.kill(int(child), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not is_free(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert is_free(tmp_path)


def test_what_clean_removes_is_not_the_lock(tmp_path: Path, root: Path) -> None:
    process, _ = hold(tmp_path, root)
    try:
        shutil.rmtree(tmp_path / ".snakemake")
        with (
            pytest.raises(ReportError, match=r"another build is running here \(process unknown\)"),
            build_lock(tmp_path),
        ):
            pass
    finally:
        kill(process)
