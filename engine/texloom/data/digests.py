"""Digests of files, by content; what the system says of a file only spares the reading of one that is as it was.

Size, times of change (of the content and of the entry) and inode together prove that nobody wrote to a file, unless it
was written just before it was read: such a file is read again the next time.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from texloom.machine.records import RECORDS
from texloom.results.sealed import file_digest

CACHE = RECORDS / "digests.json"
SETTLED_NS = 2 * 10**9
"""So long, in ns, must a file have been left alone before its reading: file systems' clocks are that coarse."""

Signature = tuple[int, int, int, int]
"""Size in bytes, times of the last change of content and of entry in ns, inode."""


def signature(path: Path) -> Signature | None:
    """What the system says of a file, links followed; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


State = tuple[int, int, int, str]
"""Size in bytes, time of the last change of content in ns, inode, sha256."""


def state(path: Path) -> State | None:
    """What tells whether a file was written to between two times, links followed; None where there is none to read.

    Unlike its signature it stays when another hard link to the file comes or goes: backups make them, and uv.
    """
    found = signature(path)
    try:
        return (found[0], found[1], found[3], file_digest(path)) if found else None
    except OSError:
        return None


@contextmanager
def spared(partial: Path) -> Iterator[None]:
    """Write what only spares work the next time: a full disk, or a folder that may not be written, is no failure.

    partial: what is removed then.
    """
    try:
        yield
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


class Digests:
    """The digests of files that this process knows, and those that were kept by an earlier one."""

    def __init__(self, known: dict[str, tuple[Signature, str]] | None = None) -> None:
        self.known = known or {}

    @classmethod
    def load(cls) -> Digests:
        """Those that were kept; none where nothing can be read of them, for they only spare work."""
        try:
            stored = json.loads(CACHE.read_text(encoding="utf-8"))
            return cls(
                {
                    name: ((size, changed, entry, inode), digest)
                    for name, [size, changed, entry, inode, digest] in stored.items()
                }
            )
        except (OSError, ValueError, TypeError, AttributeError):
            return cls()

    def keep(self) -> None:
        """Keep them for the next process; of two that write at once, one has to read its files again."""
        kept = {name: [*state, digest] for name, (state, digest) in sorted(self.known.items()) if Path(name).exists()}
        partial = CACHE.with_name(f"{CACHE.name}.{os.getpid()}.partial")
        with spared(partial):
            CACHE.parent.mkdir(exist_ok=True)
            partial.write_text(json.dumps(kept), encoding="utf-8")
            partial.replace(CACHE)

    def of(self, path: Path) -> str | None:
        """sha256 of a file; None where there is none to read."""
        name, now = str(path), signature(path)
        if now is None:
            self.known.pop(name, None)
            return None
        if name in self.known and self.known[name][0] == now:
            return self.known[name][1]
        began = time.time_ns()
        try:
            digest = file_digest(path)
        except OSError:
            return None
        if signature(path) == now and max(now[1], now[2]) < began - SETTLED_NS:
            self.known[name] = (now, digest)
        else:
            self.known.pop(name, None)
        return digest


def digests(paths: Iterable[Path]) -> dict[Path, str]:
    """The sha256 of each file, from what was kept where that holds. Raises OSError for one that cannot be read."""
    known = Digests.load()
    before = dict(known.known)
    found = {path: known.of(path) or file_digest(path) for path in paths}
    if known.known != before:
        known.keep()
    return found
