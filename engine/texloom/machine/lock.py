"""Lock a checkout, so that one build runs at a time, and kill leftover processes of killed builds."""

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
"""A file with the id of the building process, for messages. It remains if the process is killed, and may be missing."""
STARTING = 1.0
"""Time in s after which a process whose environment is empty is assumed to have none."""


@contextmanager
def build_lock(folder: Path = Path(), results: Path | None = None) -> Iterator[None]:
    """Hold the lock of a checkout, and of its folder of results if that is elsewhere, for instance behind a link.

    The lock is on the folder itself, so it cannot be removed, and the system frees it when the holder dies, so a killed
    build leaves none. Leftover processes of a killed build, such as a training or LaTeX, are killed first: they would
    write to the same files. Raises ReportError that names the process holding the lock.
    """
    holder = folder / HOLDER
    with ExitStack() as held:
        if not _lock(folder, held):
            process = "unknown"
            with suppress(FileNotFoundError):  # it is removed when a build ends
                process = holder.read_text(encoding="ascii").strip()
            raise ReportError("make", f"another build is running here (process {process})", "wait for it, or stop it")
        if results is not None and _lies_elsewhere(folder, results) and not _lock(folder / results, held):
            raise ReportError("make", f"a build of another checkout writes to {results}", "wait for it, or stop it")
        with suppress(ImportError):  # psutil is missing when `make clean` runs without .venv
            kill_leftover_processes(folder)
        with suppress(OSError):  # `make clean` must work on a full disk, too
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


def may_have_leftovers() -> bool:
    """Whether a build is running here or was killed, so that its processes and temporary files may be left."""
    return HOLDER.exists()


def _lock(folder: Path, held: ExitStack) -> bool:
    """Lock a folder until the end of `held`; return False if another process holds the lock."""
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
    """Put the temporary files of all processes of a build into one folder, which the next build empties.

    TensorFlow and Python do not remove their temporary files when they are killed. The folder is in the system's
    temporary folder, because paths of sockets must be short. If it cannot be created, or belongs to somebody else, the
    usual temporary folder is used.
    """
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    before, elsewhere = os.environ.get("TMPDIR"), tempfile.gettempdir()
    scratch = Path(elsewhere, f"texloom-{name}")
    shutil.rmtree(scratch, ignore_errors=True)  # does not follow links
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


def kill_leftover_processes(folder: Path = Path()) -> None:
    """Kill the leftover processes of a killed build of a folder and wait for their end; call it with the lock held.

    The environment of a process is empty for the moment in which it starts another program: it is then checked again.
    """
    import psutil

    mark, left, starting = str(folder.resolve()), set(), True
    while starting:
        starting = False
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):  # processes of other users, or ended ones
                environment = process.environ()
                if environment.get(MARK) == mark and process.pid != os.getpid():
                    process.kill()
                    left.add(process)
                elif not environment and process.exe():  # the system's own threads have no program
                    starting = starting or time.time() - process.create_time() < STARTING
        time.sleep(0.01 if starting else 0)
    psutil.wait_procs(left, timeout=10)
