"""Reads of Python's own child processes belong to the stage."""

from __future__ import annotations

import concurrent.futures
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.results.sealed import file_digest
from texloom.staleness.recording.reads import Reads

ReadsOf = Callable[[Callable[[], object]], Reads]


def read_in_a_pool(kind: str) -> None:
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context(kind)) as pool:
        pool.submit(Path.read_text, Path("own/a.csv")).result()
        pool.submit(os.path.exists, "own/none").result()
        pool.submit(Path.write_text, Path("own/result.csv"), "1").result()
    Path("own/result.csv").read_text()


@pytest.mark.parametrize("kind", ["fork", "spawn", "forkserver"])
def test_what_python_s_own_children_read_and_write_is_recorded(folder: Path, kind: str, reads_of: ReadsOf) -> None:
    found = reads_of(lambda: read_in_a_pool(kind))
    assert found.to_json() == {
        "files": {"own/a.csv": file_digest(Path("own/a.csv"))},
        "looked": {"own/none": {"kind": None}},
    }


def write_and_read_in_a_pool() -> None:
    """The pool starts its process before the file is written."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        pool.submit(os.getpid).result()
        Path("own/scratch.csv").write_text("1")
        pool.submit(Path.read_text, Path("own/scratch.csv")).result()


def test_what_another_process_of_the_stage_has_written_was_not_left_by_an_earlier_run(
    folder: Path, reads_of: ReadsOf
) -> None:
    for _ in range(2):
        found = reads_of(write_and_read_in_a_pool)
        assert (found.files, found.unseen) == ({}, [])


def test_what_a_child_read_that_was_killed_is_recorded(folder: Path, reads_of: ReadsOf) -> None:
    def stage() -> None:
        ends, other = os.pipe()
        if (child := os.fork()) == 0:
            Path("own/a.csv").read_text()
            os.write(other, b"1")
            signal.pause()
        os.read(ends, 1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    found = reads_of(stage)
    assert (list(found.files), found.unseen) == (["own/a.csv"], [])


def test_the_file_by_which_children_tell_stays_as_long_as_the_stage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child process that ends earlier does not remove it."""
    monkeypatch.setenv("TMPDIR", str(folder / "own"))
    code = (
        "import os\nfrom texloom.staleness.recording.hook import recording\n"
        "from texloom.staleness.recording.recorder import Recorder\n"
        "with recording(Recorder()) as recorder:\n    child = os.fork()\n"
        "if child:\n    os.waitpid(child, 0)\n    assert os.path.exists(recorder.channel)\n"
    )
    before = os.listdir("own")  # noqa: PTH208
    subprocess.run([sys.executable, "-c", code], check=True)
    assert os.listdir("own") == before  # noqa: PTH208


WORKERS = """
import os, pickle, sys
from multiprocessing import context, process, util

START = "import os, pickle, sys; sys.exit(pickle.load(os.fdopen(int(sys.argv[1]), 'rb'))._bootstrap())"


class Worker(process.BaseProcess):
    _start_method = "spawn"

    @staticmethod
    def _Popen(worker):
        return Started(worker)


class Started:
    def __init__(self, worker):
        read, write = os.pipe()
        context.set_spawning_popen(self)
        with os.fdopen(write, "wb") as file:
            pickle.dump(worker, file)
        context.set_spawning_popen(None)
        pid = util.spawnv_passfds(os.fsencode(sys.executable), [sys.executable, "-c", START, str(read)], [read])
        self.pid, self.sentinel, self.returncode = pid, read, os.waitpid(pid, 0)[1]

    def wait(self, timeout=None):
        return self.returncode

    poll = wait
"""


def test_what_processes_read_that_a_library_starts_in_its_own_way_is_recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, reads_of: ReadsOf
) -> None:
    """An example are the workers of joblib."""
    Path("workers.py").write_text(WORKERS)
    monkeypatch.syspath_prepend(folder)

    def stage() -> None:
        worker = importlib.import_module("workers").Worker(target=Path.read_text, args=(Path("own/a.csv"),))
        worker.start()
        assert worker.exitcode == 0

    found = reads_of(stage)
    assert (list(found.files), found.unseen) == (["own/a.csv"], [])
