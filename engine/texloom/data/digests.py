"""Digests of file contents, cached by file metadata, so that unchanged files need not be read again.

Equal size, mtime, ctime and inode prove that a file was not written to, unless it was written just before it was read:
such a file is read again the next time.
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
"""Least time in ns between the last change of a file and its reading: file systems' clocks are that coarse."""

Signature = tuple[int, int, int, int]
"""Size in bytes, mtime and ctime in ns, inode."""


def signature(path: Path) -> Signature | None:
    """The metadata of a file, following links; None if there is no file."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def written(path: Path) -> list[int] | None:
    """Size in bytes, mtime in ns and inode of a file, following links, which change when it is written to; else None.

    Unlike its signature they do not change when hard links are added or removed, as by backups and uv.
    """
    found = signature(path)
    return [found[0], found[1], found[3]] if found else None


State = list[int | str]
"""What `written` returns, and the sha256."""


def state(path: Path) -> State | None:
    """The state of a file, which changes when it is written to, following links; None if it cannot be read."""
    found = written(path)
    try:
        return [*found, file_digest(path)] if found else None
    except OSError:
        return None


@contextmanager
def best_effort(partial: Path) -> Iterator[None]:
    """Ignore errors, such as a full disk or a read-only folder, when writing a cache.

    partial: the file to remove after an error.
    """
    try:
        yield
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


class Digests:
    """The digests of files that this process has computed, and those cached by earlier ones."""

    def __init__(self, known: dict[str, tuple[Signature, str]] | None = None) -> None:
        self.known = known or {}

    @classmethod
    def load(cls) -> Digests:
        """Load the cached digests; none if the cache is missing or damaged."""
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
        """Store the digests for the next process; if two write at once, one cache is lost."""
        kept = {name: [*state, digest] for name, (state, digest) in sorted(self.known.items()) if Path(name).exists()}
        partial = CACHE.with_name(f"{CACHE.name}.{os.getpid()}.partial")
        with best_effort(partial):
            CACHE.parent.mkdir(exist_ok=True)
            partial.write_text(json.dumps(kept), encoding="utf-8")
            partial.replace(CACHE)

    def of(self, path: Path) -> str | None:
        """sha256 of a file; None if it cannot be read."""
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
    """The sha256 of each file, from the cache if it is valid. Raises OSError for a file that cannot be read."""
    known = Digests.load()
    before = dict(known.known)
    found = {path: known.of(path) or file_digest(path) for path in paths}
    if known.known != before:
        known.keep()
    return found
