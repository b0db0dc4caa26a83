"""Temporary folders for incomplete data, beside the complete ones; one process at a time.

Imports only the standard library, because `make clean` runs without .venv.
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
    """The temporary folder of a data set while it is fetched; a killed fetch leaves it behind."""
    return FOLDER / f".{name}.fetching"


def lock_of(name: str) -> Path:
    """The file that is locked while a data set is fetched, and that stores the source of its files."""
    return FOLDER / f".{name}.lock"


@contextmanager
def fetching_lock(name: str, *, wait: bool = True) -> Iterator[bool]:
    """Lock a data set, so that one process at a time fetches it; yield whether it has waited for another one.

    The system frees the lock when its holder dies, so a killed fetch leaves none. Raises ReportError if the folder of
    all data is a file, and BlockingIOError if another process holds the lock and `wait` is false.
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
    """An empty folder beside the data, from which big files can be moved by renaming; call it with the lock held.

    Python's temporary files go there, too, so that all files of a killed fetch are in one place.
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
    """Remove the files of killed fetches of data sets, unless another process fetches them."""
    for name in names:
        if scratch_of(name).is_dir():
            with suppress(BlockingIOError), fetching_lock(name, wait=False):
                shutil.rmtree(scratch_of(name), ignore_errors=True)
