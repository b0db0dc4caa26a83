"""System errors when files are written: full disk, exceeded quota, read-only folder, no permission.

They can occur in every command at any moment. They are reported in one message with the file, and no finished result is
lost, because results are written to a temporary file and then moved.
"""

from __future__ import annotations

import errno
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import IOBase
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, TextIO

from texloom.errors import ReportError
from texloom.machine.disk import FORBIDDEN, FULL, IN_THE_WAY, full_disk

KEPT = "then start the command again; what is finished is kept"


OUTPUT = "the output"
"""Stands for the standard output in place of a file's name."""


def check_writable(paths: Iterable[Path]) -> None:
    """Raise PermissionError for the first path that exists and is not writable."""
    for path in paths:
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def refusal(error: BaseException) -> ReportError | None:
    """The message for a system error that the author can fix; None for all others, which are bugs."""
    if not isinstance(error, OSError):
        cause = _from_tensorflow(error) or full_disk(error)
        return refusal(cause.with_traceback(error.__traceback__)) if cause else None
    if error.filename == OUTPUT:
        sys.stdout = None  # so that Python does not try again when it exits
        way_out = f"make sure that the program or file that receives the output accepts it, {KEPT}"
        return ReportError(OUTPUT, f"cannot be written: {os.strerror(error.errno or 0)}", way_out)
    file = _file_of(error)
    what = f"cannot be written: {os.strerror(error.errno or 0)}"
    if error.errno in FULL:
        return ReportError(file, what, f"free some space ({_free(file)}), {KEPT}")
    if error.errno in FORBIDDEN:
        return ReportError(file, what.replace("written", "used"), f"make it readable and writable for you, {KEPT}")
    if error.errno in IN_THE_WAY and error.filename is not None:
        return ReportError(file, what, f"something else is in its place: move it elsewhere, {KEPT}")
    return None


class Output:
    """A standard output whose errors name it, for instance after a closed pipe or a redirection to a full disk."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with _named():
            return self._stream.write(text)

    def flush(self) -> None:
        with _named():
            self._stream.flush()


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, OUTPUT) from None


def _from_tensorflow(error: BaseException) -> OSError | None:
    """The system error in a message of TensorFlow: "<file>; No space left on device"."""
    file, _, text = str(error).rpartition("; ")
    numbers = [number for number in (*FULL, *FORBIDDEN) if os.strerror(number) == text]
    if numbers and type(error).__module__.startswith("tensorflow."):
        return OSError(numbers[0], text, file)
    return None


def _file_of(error: OSError) -> Path:
    """The file that caused an error: the one it names, or else the one being written."""
    named = error.filename2 or error.filename
    if not isinstance(named, str | bytes | os.PathLike):  # errors of write() name no file
        named = _being_written(error)
    path = Path(os.fsdecode(named))
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _being_written(error: BaseException) -> str | Path:
    """The file that the innermost function had open for writing; if none had one, the innermost known path."""
    values = list(_values_of_frames(error.__traceback__))
    for value in values:
        if isinstance(value, zipfile.ZipFile) and value.mode != "r" and isinstance(value.filename, str):
            return value.filename
        if isinstance(value, IOBase) and isinstance(name := getattr(value, "name", None), str) and _writes(value):
            return name
    return next((value for value in values if isinstance(value, Path)), "")


def _values_of_frames(traceback: TracebackType | None) -> Iterator[object]:
    """The local variables of the functions in a traceback, innermost function first."""
    frames: list[FrameType] = []
    while traceback:
        frames.append(traceback.tb_frame)
        traceback = traceback.tb_next
    for frame in reversed(frames):
        yield from frame.f_locals.values()


def _writes(file: IOBase) -> bool:
    """Whether a file is open for writing, or failed to be closed after writing."""
    return not set(getattr(file, "mode", "r")).isdisjoint("wax+")


def _free(file: Path) -> str:
    """The free space for the user on the disk of a file, as a message."""
    folder = next(each for each in (file.absolute(), *file.absolute().parents) if each.is_dir())
    disk = os.statvfs(folder)
    return f"{disk.f_bavail * disk.f_frsize / 1e6:.1f} MB are free on the disk of {folder}"
