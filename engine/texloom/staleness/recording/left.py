"""Files that stages leave behind besides their results: a stage that reads one later depends on an earlier run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from texloom.machine.records import RECORDS

LEFT = RECORDS / "left"
"""A line for each such file: its name and sha256 when it was left, "" once it is declared; the last line counts."""
BY_AN_EARLIER_RUN = ", which an earlier run left there"
IN_VAIN = ", which is missing, and then creates it"
CHANGED = ", and then changes or removes it"
ENDINGS = (BY_AN_EARLIER_RUN, IN_VAIN, CHANGED)
"""The endings of messages about lines that read, or look for, such a file."""


def left_before(project: Path) -> dict[str, str]:
    """The sha256 of each file that was left; empty if the list is missing or damaged."""
    try:
        return dict(map(json.loads, (project / LEFT).read_text(encoding="ascii").splitlines()))
    except (OSError, ValueError, TypeError):
        return {}


def remember(project: Path, left: Mapping[str, str]) -> None:
    """Store which files a stage left. If that fails, as on a full disk, they are not reported the next time."""
    known = left_before(project)
    lines = [f"{json.dumps([name, digest])}\n" for name, digest in left.items() if known.get(name) != digest]
    if lines:
        with suppress(OSError):
            (project / LEFT.parent).mkdir(exist_ok=True)
            with (project / LEFT).open("a", encoding="ascii") as file:
                file.write("".join(lines))
