"""System errors when files cannot be written: full disk, no permission, another file in the way."""

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
"""Free space in bytes that Snakemake needs for its records."""


def check_room(folder: Path, needed: int = NEEDED) -> None:
    """Raise the system's error if a file of `needed` bytes cannot be written into a folder."""
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
    """The full-disk error that is the given error or among its causes; else None."""
    return next((each for each in _chain(error) if isinstance(each, OSError) and each.errno in FULL), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, its cause or context, and so on."""
    following: BaseException | None = error
    while following:
        yield following
        following = following.__cause__ or following.__context__
