"""Start a command for one run, and wait for it."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from texloom.errors import ReportError
from texloom.machine import processes
from texloom.results.sealed import write_json
from texloom.results.written import remove_whole

RUN, SEED, OUT = "TEXLOOM_RUN", "TEXLOOM_SEED", "TEXLOOM_OUT"
"""The variables that a command gets: the file that describes its run, the seed, the folder for its output."""
LAST_LINES = 10
"""How many lines of the output of a failed command are shown."""


@dataclass(frozen=True)
class Task:
    """A run for a command to make."""

    command: Sequence[str]
    experiment: str
    seed: int
    smoke: bool
    """Whether a quick run of a few seconds is wanted."""
    config: Mapping[str, Any]
    data: Mapping[str, Path]
    """The path of each data set."""

    def describe(self, out: Path) -> dict[str, Any]:
        """The content of the file that describes the run for the command; out: the folder for its output."""
        return {
            "experiment": self.experiment,
            "seed": self.seed,
            "smoke": self.smoke,
            "config": dict(self.config),
            "data": {name: str(path.absolute()) for name, path in self.data.items()},
            "out": str(out),
        }


def launch(task: Task, folder: Path, log: Path, where: str) -> Path:
    """Run the command in the folder of the report, and return the folder that it has written to.

    folder: for its files; emptied first. log: the file for its printed output. where: its line in report.toml.
    Raises ReportError, with the last lines of the output, if the command cannot be started or fails.
    """
    if folder.exists():
        remove_whole(folder)
    out, description = folder / "out", folder / "run.json"
    out.mkdir(parents=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    write_json(description, task.describe(out.absolute()))
    own = {RUN: str(description.absolute()), SEED: str(task.seed), OUT: str(out.absolute())}
    try:
        with log.open("wb") as printed:
            code = processes.run(
                task.command,
                env=os.environ | own,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            ).returncode
    except OSError as error:
        if error.filename not in (task.command[0], None):
            raise
        what = f"'{task.command[0]}' cannot be started: {error.strerror}"
        raise ReportError(where, what, "a script begins with a line such as #!/bin/sh") from None
    if code:
        ended = processes.ended(code) or f"ended with exit code {code}"
        what = f"run {task.experiment}, seed {task.seed}: {shlex.join(task.command)} {ended}"
        raise ReportError(where, what, "\n  ".join([*_last_lines(log), f"its whole output: {log}"]))
    return out


def _last_lines(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()
    return lines[-LAST_LINES:] or ["it has printed nothing"]
