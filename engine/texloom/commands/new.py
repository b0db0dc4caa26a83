"""`make new`: a working experiment, or a whole report, as a starting point."""

from __future__ import annotations

import shlex
from pathlib import Path

from texloom import manifest
from texloom.errors import ReportError
from texloom.scaffold import experiment as experiments
from texloom.scaffold import report as reports

FIRST = "first_experiment"
"""The default name of the experiment in a new report."""


def new(name: str, kind: str, report: str) -> None:
    """Create a report in the folder `report`, or add an experiment to this one if it is empty; print what is new.

    Raises ReportError, with nothing written, for an invalid name, kind or folder.
    """
    kind = kind or next(iter(experiments.KINDS))
    if report:
        make_report(_folder(report), name or FIRST, kind)
    elif name:
        add_experiment(name, kind)
    else:
        raise ReportError("make new", "needs a name", "make new NAME=my_experiment, or make new REPORT=/path/to/folder")


def _folder(report: str) -> Path:
    """The folder of a new report. Raises ReportError for a home of no user, and for a folder in this report."""
    try:
        folder = Path(report).expanduser()
    except RuntimeError:
        raise ReportError("REPORT", f"{report} is the home of no user here", "choose another folder") from None
    if Path.cwd().resolve() in folder.resolve().parents and manifest.MANIFEST.exists():
        raise ReportError("REPORT", f"{report} is in this report", "choose a folder beside it, such as ../my-report")
    return folder


def make_report(folder: Path, name: str, kind: str) -> None:
    """Create a report with one experiment, and print the next steps."""
    reports.new_report(folder, name, kind)
    shown = f"./{folder}" if str(folder).startswith("-") else str(folder)  # cd would take it for an option
    print(f"{folder} is a new report; next:\n  cd {shlex.quote(shown)}\n  make")


def add_experiment(name: str, kind: str) -> None:
    """Add an experiment to the report in the current folder, and print its files."""
    manifest.load()  # reports errors in it before anything is written
    made = experiments.new_experiment(name, kind)
    print(f"{name} is a new experiment, and the last part of report.toml; make builds it")
    for place in experiments.places(name):
        print(f"  {place}")
    if made.packages:
        print("it needs more packages, which the next make installs; they are in requirements.lock")
