"""Digests of files, read again only where a file may have changed since.

Size, both times and inode spare the reading where all are as recorded: nothing sets the time of the last change of an
inode but the system. A file that was changed just now is read each time, for the clock of a file system has ticks.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

from texloom.results.sealed import file_digest

RECORDS = Path(".snakemake/digests.json")
"""What was read of which file; may be removed at any time."""
TICK = 2 * 10**9
"""Nanoseconds in which a file can change twice without another time: two seconds on FAT, less elsewhere."""


def digests(paths: Iterable[Path]) -> dict[Path, str]:
    """The sha256 of each file. Raises OSError for one that cannot be read."""
    records, found = _read_records(), {}
    before = dict(records)
    for path in paths:
        state, recorded = _state(path), records.get(str(path), [])
        if recorded[:-1] == state:
            found[path] = recorded[-1]
            continue
        found[path] = file_digest(path)
        records.pop(str(path), None)
        if _state(path) == state and time.time_ns() - max(state[1:3]) > TICK:
            records[str(path)] = [*state, found[path]]
    if records != before:
        _write_records(records)
    return found


def _state(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _read_records() -> dict[str, list]:
    try:
        records = json.loads(RECORDS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return records if isinstance(records, dict) else {}


def _write_records(records: dict[str, list]) -> None:
    """Write them whole; of two processes that write at once, one has to read its files again."""
    RECORDS.parent.mkdir(exist_ok=True)
    partial = RECORDS.with_name(f"{RECORDS.name}.{os.getpid()}")
    partial.write_text(json.dumps(records), encoding="utf-8")
    partial.replace(RECORDS)
