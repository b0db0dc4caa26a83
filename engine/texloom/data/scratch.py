"""Where data are before they are whole: a folder beside them, for one process at a time.

Needs the standard library alone, because `make clean` runs without .venv.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from texloom.data.sums import FOLDER
from texloom.errors import ReportError


def scratch_of(name: str) -> Path:
    """The folder in which a data set is fetched; a killed fetch leaves it."""
    return FOLDER / f".{name}.fetching"


def lock_of(name: str) -> Path:
    """The file whose lock a process holds that fetches a data set, and that says where its files came from."""
    return FOLDER / f".{name}.lock"


@contextmanager
def fetching_lock(name: str, *, wait: bool = True) -> Iterator[bool]:
    """One process at a time fetches a data set; yields whether it has waited for another.

    The system frees the lock when its holder dies, so a killed fetch leaves none. Raises ReportError where a file is
    in place of the folder of all data, and BlockingIOError where another process fetches and nobody waits.
    """
    if FOLDER.is_file():
        raise ReportError(FOLDER, "is a file, and the folder for data that are fetched", "move it elsewhere")
    FOLDER.mkdir(exist_ok=True)
    with lock_of(name).open("a", encoding="ascii") as file:
        waited = False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise
            fcntl.flock(file, fcntl.LOCK_EX)
            waited = True
        yield waited


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """An empty folder beside the data, so that big files are renamed into their place; call it with the lock.

    Python's temporary files go there, too, so that all that a killed fetch leaves is in one place.
    """
    folder, elsewhere = scratch_of(name), tempfile.tempdir
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tempfile.tempdir = str(folder.absolute())
    try:
        yield folder
    finally:
        tempfile.tempdir = elsewhere
        shutil.rmtree(folder)


def remove_left(names: Iterable[str]) -> None:
    """Remove what killed fetches of data sets have left, unless another process fetches them."""
    for name in names:
        if scratch_of(name).is_dir():
            with suppress(BlockingIOError), fetching_lock(name, wait=False):
                shutil.rmtree(scratch_of(name), ignore_errors=True)
