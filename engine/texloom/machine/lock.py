"""One build at a time in a checkout, and nothing at work any more of one that was killed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from texloom.errors import ReportError
from texloom.machine.interrupts import MARK
from texloom.machine.records import RECORDS

HOLDER = RECORDS / "builder"
"""Says which process builds, for a message, and stays where that is killed; it may be missing."""
STARTING = 1.0
"""Seconds after which a process without an environment was started without one."""


@contextmanager
def build_lock(folder: Path = Path(), results: Path | None = None) -> Iterator[None]:
    """Hold the lock of a checkout, and of the folder of its results where that lies elsewhere, as behind a link.

    The lock is on the folder itself, so nobody can remove it, and the system frees it when the holder dies, so a killed
    build leaves none. What a killed build has left at work, a training or LaTeX, is ended first: it would write where
    we do. Raises ReportError that names the process holding the lock.
    """
    holder = folder / HOLDER
    with ExitStack() as held:
        if not _lock(folder, held):
            process = "unknown"
            with suppress(FileNotFoundError):  # it goes when a build ends
                process = holder.read_text(encoding="ascii").strip()
            raise ReportError("make", f"another build is running here (process {process})", "wait for it, or stop it")
        if results is not None and _lies_elsewhere(folder, results) and not _lock(folder / results, held):
            raise ReportError("make", f"a build of another checkout writes to {results}", "wait for it, or stop it")
        with suppress(ImportError):  # `make clean` runs without .venv, and what a build left at work without it, too
            end_left_over(folder)
        with suppress(OSError):  # on a full disk, too, `make clean` makes room
            holder.parent.mkdir(exist_ok=True)
            holder.write_text(str(os.getpid()), encoding="ascii")
        os.environ[MARK] = str(folder.resolve())
        try:
            with _scratch(folder):
                yield
        finally:
            os.environ.pop(MARK, None)
            with suppress(OSError):
                holder.unlink(missing_ok=True)


def may_be_left() -> bool:
    """Whether a build is running here, or was killed, so that processes and temporary files of its own may be left."""
    return HOLDER.exists()


def _lock(folder: Path, held: ExitStack) -> bool:
    """Lock a folder until the end of `held`; False where another process has it."""
    descriptor = os.open(folder, os.O_RDONLY)
    held.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lies_elsewhere(folder: Path, results: Path) -> bool:
    place = (folder / results).resolve()
    return place.is_dir() and not place.is_relative_to(folder.resolve())


@contextmanager
def _scratch(folder: Path) -> Iterator[None]:
    """Let all that a build starts put its temporary files into one folder, which the next build empties.

    TensorFlow and Python remove theirs when a process ends, not when it is killed. The folder is the system's, for the
    paths of sockets must be short. Where it cannot be made, or is somebody else's, temporary files go where they went.
    """
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    before, elsewhere = os.environ.get("TMPDIR"), tempfile.gettempdir()
    scratch = Path(elsewhere, f"texloom-{name}")
    shutil.rmtree(scratch, ignore_errors=True)  # which follows no link
    with suppress(OSError):
        scratch.mkdir(mode=0o700)
        os.environ["TMPDIR"] = tempfile.tempdir = str(scratch)
    try:
        yield
    finally:
        if tempfile.gettempdir() == str(scratch):
            tempfile.tempdir = elsewhere
            os.environ.pop("TMPDIR")
            if before is not None:
                os.environ["TMPDIR"] = before
            shutil.rmtree(scratch, ignore_errors=True)


def end_left_over(folder: Path = Path()) -> None:
    """Kill what a killed build has left at work in a folder, and wait until it is gone; call it with the lock.

    A process has no environment for the instant in which it starts another program: it is looked at again.
    """
    import psutil

    mark, left, starting = str(folder.resolve()), set(), True
    while starting:
        starting = False
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):  # of another user, or just ended
                environment = process.environ()
                if environment.get(MARK) == mark and process.pid != os.getpid():
                    process.kill()
                    left.add(process)
                elif not environment and process.exe():  # the system's own threads have no program
                    starting = starting or time.time() - process.create_time() < STARTING
        time.sleep(0.01 if starting else 0)
    psutil.wait_procs(left, timeout=10)
