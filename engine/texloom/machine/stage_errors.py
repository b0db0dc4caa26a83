"""Errors of the stages of a build: the first one is printed at once, the others when the build ends, one line each."""

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

STAGE_ERRORS = RECORDS / "told"
"""A file with a line for each stage that reported an error; missing if there is none."""


TRACEBACKS = RECORDS / "tracebacks"
"""A folder with the whole traceback of each command that an exception in the author's code ended."""


def record_error(message: str, command: Sequence[str] | None = None) -> bool:
    """Record the error of a command of a build, and return whether it must be printed now.

    True for the first error of a build, if the error cannot be recorded, and outside a build. command: the arguments of
    the command, by default those of this process.
    """
    if MARK not in os.environ:
        return True
    line = json.dumps([list(sys.argv[1:] if command is None else command), message.splitlines()[0]])
    with suppress(OSError), Path(os.environ[MARK], STAGE_ERRORS).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        first = not os.fstat(file.fileno()).st_size
        file.write(f"{line}\n")
        return first
    return True


def recorded_errors() -> list[tuple[list[str], str]]:
    """The errors recorded so far, each with the arguments of its command."""
    try:
        lines = STAGE_ERRORS.read_text(encoding="utf-8").splitlines()
        return [(command, message) for command, message in map(json.loads, lines)]
    except (OSError, ValueError, TypeError):
        return []
