"""Why stages of a build have failed: the first is printed at once, the others when the build ends, in a line each."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from texloom.machine.interrupts import MARK
from texloom.machine.records import RECORDS

TOLD = RECORDS / "told"
"""A line for each stage that has said why it failed; not there where none has."""


def tell(said: str, command: Sequence[str] | None = None) -> bool:
    """Note what a command of a build has to say, and return whether it is to be printed now.

    It is where nothing was said before, where nothing can be noted, and outside of a build. command: its arguments,
    those of this process by default.
    """
    if MARK not in os.environ:
        return True
    line = json.dumps([list(sys.argv[1:] if command is None else command), said.splitlines()[0]])
    with suppress(OSError), Path(os.environ[MARK], TOLD).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        first = not os.fstat(file.fileno()).st_size
        file.write(f"{line}\n")
        return first
    return True


def told() -> list[tuple[list[str], str]]:
    """What was said until now, each with the arguments of the command that said it."""
    try:
        lines = TOLD.read_text(encoding="utf-8").splitlines()
        return [(command, said) for command, said in map(json.loads, lines)]
    except (OSError, ValueError, TypeError):
        return []
