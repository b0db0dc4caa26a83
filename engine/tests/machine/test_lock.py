"""The lock of a checkout: one build at a time, freed with its last holder, not removable."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from texloom.errors import ReportError
from texloom.machine.lock import MARK, build_lock, kill_leftover_processes

HOLD = """
import subprocess, sys, time
from pathlib import Path
from texloom.machine.lock import build_lock
with build_lock(Path(sys.argv[1])):
    if len(sys.argv) > 2:
        sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
        print(subprocess.Popen(sleep, stdout=subprocess.DEVNULL).pid, flush=True)
    print("held", flush=True)
    time.sleep(60)
"""


def hold(folder: Path, root: Path, *options: str) -> tuple[subprocess.Popen[str], list[str]]:
    """Another process that holds the lock, and the output that it printed before."""
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


def test_a_second_build_names_the_process_of_the_first_and_a_killed_one_leaves_no_lock(
    tmp_path: Path, root: Path
) -> None:
    process, _ = hold(tmp_path, root)
    try:
        message = rf"another build is running here \(process {process.pid}\)"
        with pytest.raises(ReportError, match=message), build_lock(tmp_path):
            pass
    finally:
        kill(process)
    assert is_free(tmp_path)
    assert is_free(tmp_path)  # and is released at the end of the block


LEAVES = """
import os, pathlib, signal, subprocess, sys, tempfile
from texloom.machine.lock import build_lock

with build_lock(pathlib.Path(sys.argv[1])):
    tempfile.mkstemp()
    subprocess.run([sys.executable, "-c", "import tempfile; tempfile.mkdtemp()"], check=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_temporary_files_of_a_killed_build_are_removed_by_the_next(tmp_path: Path) -> None:
    temporary, folder = tmp_path / "temporary", tmp_path / "report"
    for each in (temporary, folder):
        each.mkdir()
    environment = os.environ | {"TMPDIR": str(temporary)}

    def lock(script: str) -> int:
        return subprocess.run([sys.executable, "-c", script, str(folder)], env=environment).returncode

    assert lock(LEAVES) == -9
    (scratch,) = temporary.iterdir()
    assert len(list(scratch.iterdir())) == 2
    assert lock(LEAVES.partition("    tempfile")[0] + "    print(tempfile.mkdtemp())") == 0
    assert list(temporary.iterdir()) == []


def test_a_link_in_place_of_the_folder_of_temporary_files_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with build_lock(tmp_path):
        (scratch,) = tmp_path.glob("texloom-*")
    mine = tmp_path / "mine"
    mine.mkdir()
    scratch.symlink_to(mine)
    with build_lock(tmp_path):
        assert tempfile.gettempdir() == str(tmp_path)
    assert mine.is_dir()


class Starting:
    """A process that is about to start another program: its environment is not empty when it is checked again."""

    pid, killed, asked = 0, False, 0

    def __init__(self, environment: dict[str, str], age: float) -> None:
        self.environments, self.age = iter([{}, environment, environment]), age

    def environ(self) -> dict[str, str]:
        self.asked += 1
        return next(self.environments)

    def exe(self) -> str:
        return "/usr/bin/python"

    def create_time(self) -> float:
        return time.time() - self.age

    def kill(self) -> None:
        self.killed = True


@pytest.mark.parametrize(("age", "killed"), [(0, True), (100, False)])
def test_a_process_that_just_starts_a_program_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age: float, killed: bool
) -> None:
    """A process that was started without an environment long ago is not checked again."""
    process = Starting({MARK: str(tmp_path)}, age)
    monkeypatch.setattr(psutil, "process_iter", lambda: [process])
    monkeypatch.setattr(psutil, "wait_procs", lambda *_, **__: None)
    kill_leftover_processes(tmp_path)
    assert process.killed == killed
    assert process.asked == (2 if killed else 1)


def test_what_a_killed_build_left_at_work_is_ended_by_the_next_here_and_nowhere_else(
    tmp_path: Path, root: Path
) -> None:
    folders = [tmp_path / "here", tmp_path / "elsewhere"]
    children = []
    for folder in folders:
        folder.mkdir()
        process, (child,) = hold(folder, root, "child")
        kill(process)
        children.append(psutil.Process(int(child)))
    try:
        assert is_free(folders[0])
        here, elsewhere = (child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
        assert (here, elsewhere) == (False, True)
    finally:
        children[1].kill()


def test_the_mark_of_a_build_is_in_the_environment_only_while_it_builds(tmp_path: Path) -> None:
    with build_lock(tmp_path):
        assert os.environ[MARK] == str(tmp_path)
    assert MARK not in os.environ


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


def test_checkouts_that_share_results_by_a_link_build_one_at_a_time(tmp_path: Path) -> None:
    shared, results = tmp_path / "large disk", Path("build")
    first, second, third = checkouts = [tmp_path / name for name in ("first", "second", "third")]
    for each in (shared, *checkouts):
        each.mkdir()
    for each in (first, second):
        (each / results).symlink_to(shared)
    with build_lock(first, results), build_lock(third, results):
        refused = pytest.raises(ReportError, match="a build of another checkout writes to build")
        with refused, build_lock(second, results):
            raise AssertionError
        assert is_free(second)
    with build_lock(second, results):
        pass
