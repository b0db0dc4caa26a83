"""Errors of the stages of a build: the first one is printed at once, the others when the build ends, one line each."""

from __future__ import annotations

import fcntl
import json
import os
import re
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import texloom
from texloom.errors import ReportError
from texloom.machine.interrupts import MARK
from texloom.machine.records import RECORDS

STAGE_ERRORS = RECORDS / "told"
"""A file with a line for each stage that reported an error; missing if there is none."""


TRACEBACKS = RECORDS / "tracebacks"
"""A folder with the whole traceback of each command that an exception in the author's code ended."""
STAGES = {"train": "training of", "analyse": "analysis of", "figures": "figures of"}
"""The stages that run an experiment, as they are named in errors."""


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


def explained(error: BaseException) -> str:
    """An exception raised in the author's code: place, stage and the author's frames; empty if it was raised elsewhere.

    The whole traceback is kept in a file, which the last line names; also empty if it cannot be written.
    """
    frames = author_frames(error)
    if not frames:
        return ""
    folder = TRACEBACKS / f"{re.sub(r'[^a-z0-9]+', '-', stage_name().lower()).strip('-')}.log"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
    except OSError:
        return ""
    what = " ".join(traceback.format_exception_only(error)[-1].split("\n")).strip()
    lines = [f"{_place(frames[-1])}: {what}", f"  in the {stage_name()}:"]
    lines += [f"    {_place(frame)}, in {frame.name}: {frame.line}" for frame in frames]
    return "\n".join([*lines, f"  the whole traceback: {folder}"])


def with_stage(error: ReportError) -> str:
    """The message of an error, and where in the author's code of which stage it was raised, if it was raised there."""
    frames = author_frames(error)
    if not frames or sys.argv[1:2] == [] or sys.argv[1] not in STAGES:
        return str(error)
    return f"{error}\n  {_place(frames[-1])}, in the {stage_name()}"


def stage_name() -> str:
    """This command in words, such as "training of toy, seed 1"."""
    stage, *options = sys.argv[1:] or ["command"]
    if stage not in STAGES or not options:
        return f"command {stage}"
    seeds = [after for option, after in pairwise(options) if option == "--seed"]
    seed = "" if stage == "figures" else f", seed {seeds[-1] if seeds else 0}"
    return f"{STAGES[stage]} {options[0]}{seed}"


def author_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The frames of a traceback that are in the author's files, outermost first.

    For an error of syntax the place of the error is the last one.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, SyntaxError) and error.filename:
        line = (error.text or "").strip()
        frames.append(traceback.FrameSummary(error.filename, error.lineno or 0, "the module", line=line))
    return [frame for frame in frames if _is_author_s(Path(frame.filename))]


def _is_author_s(path: Path) -> bool:
    """Whether a file is part of the report, but not of its engine or its environment."""
    try:
        parts = path.absolute().relative_to(Path.cwd()).parts
    except ValueError:
        return False
    engine = Path(texloom.__file__).parent
    in_engine = path.is_relative_to(engine) or path.name == "__main__.py"
    return path.suffix == ".py" and parts[0] != ".venv" and not in_engine


def _place(frame: traceback.FrameSummary) -> str:
    return f"{Path(frame.filename).absolute().relative_to(Path.cwd())}:{frame.lineno}"
