"""The tables and pictures of runs made by a command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from texloom.errors import ReportError
from texloom.programs.outputs import NUMBER, read_csv
from texloom.results.pictures import PICTURES
from texloom.results.runs import Runs
from texloom.results.tables import Cell, Table

LONGEST = 1000
"""Rows; a longer table is available only as arrays, for figures."""


def check_alike(runs: Runs) -> None:
    """Raise ReportError if the runs of two seeds have different metrics or units."""
    first = {name: each["unit"] for name, each in runs[0].metrics.items()}
    for run in runs:
        found = {name: each["unit"] for name, each in run.metrics.items()}
        if different := [name for name in sorted(first | found) if first.get(name) != found.get(name)]:
            name = different[0]
            how = "in different units" if name in first and name in found else "only one of them has it"
            raise ReportError(
                f"{runs.experiment}: metric '{name}'",
                f"differs between seeds {runs[0].seed} and {run.seed}: {how}",
                "write the same metrics for each seed",
            )


def tables(runs: Runs) -> dict[str, Table]:
    """The tables of the first seed, by name."""
    found = {}
    for name, values in sorted(runs[0].arrays.items()):
        if name.endswith(".csv"):
            heads, rows = read_csv(name, values.tobytes().decode())
            if len(rows) <= LONGEST:
                found[Path(name).stem] = Table([(head, "") for head in heads], [[*map(_cell, row)] for row in rows])
    return found


def _cell(text: str) -> Cell:
    if not NUMBER.fullmatch(text):
        return text or None
    return float(text) if set(text) & set(".eE") else int(text)


def pictures(runs: Runs) -> Iterator[tuple[str, bytes]]:
    """File name and content of each picture of the first seed."""
    for name, values in sorted(runs[0].arrays.items()):
        if name.endswith(PICTURES):
            yield name, values.tobytes()
