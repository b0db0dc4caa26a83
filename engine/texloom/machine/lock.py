"""One build at a time in a checkout."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from texloom.errors import ReportError

HOLDER = Path(".snakemake/builder")
"""Says which process builds, for a message; it may be missing."""


@contextmanager
def build_lock(folder: Path = Path()) -> Iterator[int]:
    """Hold the lock of a checkout; yields the descriptor that holds it, for a child to inherit.

    The lock is on the folder itself, so nobody can remove it, and the system frees it when the last holder dies, so a
    killed build leaves none. Raises ReportError that names the process holding it.
    """
    held, holder = os.open(folder, os.O_RDONLY), folder / HOLDER
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            process = holder.read_text(encoding="ascii").strip() if holder.exists() else "unknown"
            raise ReportError(
                "make", f"another build is running here (process {process})", "wait for it, or stop it"
            ) from None
        holder.parent.mkdir(exist_ok=True)
        holder.write_text(str(os.getpid()), encoding="ascii")
        yield held
    finally:
        os.close(held)
