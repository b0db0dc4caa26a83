"""Where the files of a command are, besides its runs. Imports little, because `make clean` runs without .venv."""

from __future__ import annotations

from pathlib import Path

from texloom.machine.records import RECORDS
from texloom.results.places import BuildFolder

LOGS = RECORDS / "programs"
"""The folder with the latest output of each command."""


def work_folders(build: BuildFolder) -> Path:
    """The folder that contains those of all commands that have not finished."""
    return build.folder / "programs"


def work_folder(build: BuildFolder, experiment: str, seed: int) -> Path:
    """The folder for the files of one command. After a failure or a kill it stays until the command is run again."""
    return work_folders(build) / experiment / f"seed-{seed}"


def log_of(experiment: str, seed: int) -> Path:
    """The file with the output of a command."""
    return LOGS / f"{experiment}-seed-{seed}.log"
