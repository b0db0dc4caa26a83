"""The files of a command besides its runs. Imports little, because `make clean` runs without .venv."""

from __future__ import annotations

from pathlib import Path

from texloom.machine.records import RECORDS
from texloom.results.places import BuildFolder

LOGS = RECORDS / "programs"
"""A folder with what each command has printed last."""


def work_folders(build: BuildFolder) -> Path:
    """The folder of all folders for the files of commands that have not finished."""
    return build.folder / "programs"


def work_folder(build: BuildFolder, experiment: str, seed: int) -> Path:
    """The folder for the files of one command; it stays if the command fails or is killed, until it is run again."""
    return work_folders(build) / experiment / f"seed-{seed}"


def log_of(experiment: str, seed: int) -> Path:
    """The file with what a command has printed."""
    return LOGS / f"{experiment}-seed-{seed}.log"
