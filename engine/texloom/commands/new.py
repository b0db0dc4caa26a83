"""`make new`: an experiment that works, or a whole report; both are there to be changed."""

from __future__ import annotations

import shlex
from pathlib import Path

from texloom import manifest
from texloom.errors import ReportError
from texloom.scaffold import experiment as experiments
from texloom.scaffold import report as reports

FIRST = "first_experiment"
"""The experiment of a new report, unless it is named."""


def new(name: str, kind: str, report: str) -> None:
    """Make a report in the folder `report`, or, where that is empty, add an experiment to this one; say what is new.

    Raises ReportError, with nothing written, for a name, a kind or a folder that cannot be.
    """
    kind = kind or next(iter(experiments.KINDS))
    if report:
        make_report(Path(report).expanduser(), name or FIRST, kind)
    elif name:
        add_experiment(name, kind)
    else:
        raise ReportError("make new", "needs a name", "make new NAME=my_experiment, or make new REPORT=/path/to/folder")


def make_report(folder: Path, name: str, kind: str) -> None:
    """Make a report with one experiment, and say what comes next."""
    reports.new_report(folder, name, kind)
    print(f"{folder} is a new report; next:\n  cd {shlex.quote(str(folder))}\n  make")


def add_experiment(name: str, kind: str) -> None:
    """Add an experiment to the report in the current folder, and say where it is."""
    manifest.load()  # a mistake in it is told before anything is written
    made = experiments.new_experiment(name, kind)
    print(f"{name} is a new experiment, and the last part of report.toml; make builds it")
    for place in experiments.places(name):
        print(f"  {place}")
    if made.packages:
        print("it needs more packages, which the next make installs; they are in requirements.lock")
