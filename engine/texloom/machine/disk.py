"""What a system says when files cannot be written: a full disk, no permission, something else in the way."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from texloom.results.written import ROOM

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)
IN_THE_WAY = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY)
NEEDED = 2**16
"""Bytes: with less on the disk Snakemake cannot keep its records."""


def check_room(folder: Path, needed: int = NEEDED) -> None:
    """Raise the system's own error where a file of so many bytes cannot be written into a folder."""
    probe = folder / ROOM
    try:
        folder.mkdir(exist_ok=True)
        probe.write_bytes(bytes(needed))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def full_disk(error: BaseException) -> OSError | None:
    """The full disk that an error tells of, or that a library was dealing with when it failed otherwise."""
    return next((each for each in _chain(error) if isinstance(each, OSError) and each.errno in FULL), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and those while which it was raised."""
    following: BaseException | None = error
    while following:
        yield following
        following = following.__cause__ or following.__context__
