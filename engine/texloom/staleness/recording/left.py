"""Files that stages have left beside their results: whoever reads one later reads what an earlier run has made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from texloom.machine.records import RECORDS

LEFT = RECORDS / "left"
"""A line for each such file, as it was when it was left: name and sha256; the last one of a name counts."""
BY_AN_EARLIER_RUN = ", which an earlier run has left there"
IN_VAIN = " in vain, and then leaves it there"
CHANGED = ", and then changes or removes it"
ENDINGS = (BY_AN_EARLIER_RUN, IN_VAIN, CHANGED)
"""How it is told that a line reads, or looks for, such a file."""


def left_before(project: Path) -> dict[str, str]:
    """The sha256 of each file that was left; none where nothing can be read of them."""
    try:
        return dict(map(json.loads, (project / LEFT).read_text(encoding="ascii").splitlines()))
    except (OSError, ValueError, TypeError):
        return {}


def remember(project: Path, left: Mapping[str, str]) -> None:
    """Keep what a stage has left. Where that cannot be written, as on a full disk, it is not named the next time."""
    known = left_before(project)
    lines = [f"{json.dumps([name, digest])}\n" for name, digest in left.items() if known.get(name) != digest]
    if lines:
        with suppress(OSError):
            (project / LEFT.parent).mkdir(exist_ok=True)
            with (project / LEFT).open("a", encoding="ascii") as file:
                file.write("".join(lines))
