"""Read what a command has written: metrics.json, arrays (.npy), tables (.csv) and pictures (.pdf, .png)."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from texloom.errors import ReportError, closest
from texloom.results.metrics import Metric
from texloom.results.pictures import PICTURES, fault_of_picture
from texloom.results.utf8 import read_utf8
from texloom.results.writer import RunWriter

METRICS = "metrics.json"
EXAMPLE = '{"mean": {"value": 1.5, "unit": "mm", "meaning": "mean of all days"}}'
KEYS = {"value": "a number", "unit": "a text, empty for a pure number", "meaning": "a text", "error": "a number"}
"""The keys of a metric, and what their values must be; only `error`, the standard error, may be left out."""
NAME = re.compile(r"[A-Za-z0-9][\w-]*", re.ASCII)
"""Allowed names of files, which LaTeX and templates use."""
NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")


def read_outputs(folder: Path) -> RunWriter:
    """The results in a folder, not yet written as a run.

    A run stores a table or picture as an array of bytes under the name of its file. Each numeric column of a table is
    also stored as an array, "<table>.<heading>".
    Raises ReportError, with file and line, for a file that cannot be read or is of another kind.
    """
    found = read_metrics(folder / METRICS)
    run = RunWriter({name: Metric(each["unit"], _literal(each["meaning"])) for name, each in found.items()})
    for name, each in found.items():
        run.metric(name, each["value"], error=each.get("error"))
    for path in sorted(folder.iterdir()):
        if path.name != METRICS and not path.name.startswith("."):
            _read(path, run)
    return run


def _literal(meaning: str) -> str:
    """A meaning with its braces escaped, so that they are not taken as placeholders."""
    return meaning.replace("{", "{{").replace("}", "}}")


# ---------------------------------------------------------------- metrics.json


def read_metrics(path: Path) -> dict[str, dict[str, Any]]:
    """Value, unit, meaning and perhaps error of each metric. Raises ReportError, with the line, for anything else."""
    if not path.is_file():
        raise ReportError(path, "was not written by the command", f"write it into $TEXLOOM_OUT: {EXAMPLE}")
    text = read_utf8(path)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ReportError(f"{path}:{_line(text, twice[0], last=True)}", f"has '{twice[0]}' twice", "remove one")
        return dict(pairs)

    try:
        content = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise ReportError(f"{path}:{error.lineno}", f"is not JSON: {error.msg}", f"for instance {EXAMPLE}") from None
    if not isinstance(content, dict) or not content:
        raise ReportError(path, "has no metrics by name", f"for instance {EXAMPLE}")
    for name, entry in content.items():
        _check_metric(path, text, name, entry)
    return content


def _check_metric(path: Path, text: str, name: str, entry: Any) -> None:
    """Raise ReportError for an entry that is not value, unit, meaning and perhaps error."""
    if not isinstance(entry, dict):
        what = f"metric '{name}' is {json.dumps(entry)[:40]}, not an object with value, unit and meaning"
        raise ReportError(f"{path}:{_line(text, name)}", what, f"for instance {EXAMPLE}")
    if unknown := [key for key in entry if key not in KEYS]:
        what = f"metric '{name}' has an unknown key '{unknown[0]}'"
        raise ReportError(f"{path}:{_line(text, name, unknown[0])}", what, closest(unknown[0], KEYS))
    if missing := [key for key in KEYS if key not in entry and key != "error"]:
        what = f"metric '{name}' has no {' and no '.join(missing)}"
        raise ReportError(f"{path}:{_line(text, name)}", what, f"for instance {EXAMPLE}")
    for key, value in entry.items():
        if not _VALID[key](value):
            what = f"metric '{name}': its {key} is {json.dumps(value)[:40]}, not {KEYS[key]}"
            way_out = "see whether the experiment diverged; its run is not written" if _is_number(value) else ""
            raise ReportError(f"{path}:{_line(text, name, key)}", what, way_out)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_VALID: Mapping[str, Callable[[Any], bool]] = {
    "value": lambda value: _is_number(value) and math.isfinite(value),
    "unit": lambda value: isinstance(value, str),
    "meaning": lambda value: isinstance(value, str) and bool(value.strip()),
    "error": lambda value: _is_number(value) and math.isfinite(value) and value >= 0,
}


def _line(text: str, name: str, key: str = "", *, last: bool = False) -> int:
    """The line of a metric, or of one of its keys, in the text of metrics.json."""
    place = 0
    for word, of_object in ((name, r"(?=\s*\{)"), (key, "")):
        spelt = "|".join(re.escape(json.dumps(word, ensure_ascii=each)) for each in (True, False))
        ends = [match.end() for match in re.finditer(rf"(?:{spelt})\s*:{of_object}", text[place:])]
        ends = ends or [match.end() for match in re.finditer(rf"(?:{spelt})\s*:", text[place:])]
        place += (ends[-1] if last else ends[0]) if word and ends else 0
    return text.count("\n", 0, place) + 1


# ---------------------------------------------------------------- other files


def _read(path: Path, run: RunWriter) -> None:
    """Add the content of a file to the results."""
    if not path.is_file() or path.suffix not in READERS:
        what = "is a folder" if path.is_dir() else "is of a kind that no run can keep"
        kinds = f"{METRICS}, {', '.join(sorted(READERS))}"
        raise ReportError(path, what, f"write into $TEXLOOM_OUT only {kinds}, and everything else elsewhere")
    if not NAME.fullmatch(path.stem):
        raise ReportError(path, "has a name that a template cannot use", "use letters, digits, _ and -")
    READERS[path.suffix](path, run)


def _array(path: Path, run: RunWriter) -> None:
    try:
        values = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ReportError(path, f"is not an array of numpy's: {error}", "numpy.save writes one") from None
    run.array(path.stem, values)


def _table(path: Path, run: RunWriter) -> None:
    """Add a table and its numeric columns. Raises ReportError for a line with more or fewer cells than the first."""
    heads, rows = read_csv(path.name, read_utf8(path), path)
    _bytes(path, run)
    for place, head in enumerate(heads):
        column = [row[place] for row in rows]
        if column and all(NUMBER.fullmatch(cell) for cell in column):
            run.array(f"{path.stem}.{head}", np.array(column, dtype=float))


def _picture(path: Path, run: RunWriter) -> None:
    if fault := fault_of_picture(path):
        raise ReportError(path, fault, "see whether the command has finished writing it")
    if f"{path.stem}.pdf" in run.arrays:
        raise ReportError(path, f"has the name of {path.stem}.pdf", "write one of them, or rename one")
    _bytes(path, run)


def _bytes(path: Path, run: RunWriter) -> None:
    run.array(path.name, np.frombuffer(path.read_bytes(), dtype=np.uint8))


READERS: Mapping[str, Callable[[Path, RunWriter], None]] = {
    ".npy": _array,
    ".csv": _table,
    **dict.fromkeys(PICTURES, _picture),
}
"""The function that reads a file, by the extension of its name."""


def read_csv(name: str, text: str, where: object = "") -> tuple[list[str], list[list[str]]]:
    """The headings and rows of a CSV table. Raises ReportError, with the line, if the text is not such a table.

    name: of the file. where: the path of the file, for messages.
    """
    lines = csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True))
    heads = [head.strip() for head in next(lines, [])]
    if not heads or len(set(heads)) < len(heads):
        raise ReportError(f"{where or name}:1", "has no line of different headings", "write one: day,rain")
    rows = []
    for row in lines:
        if len(row) not in (0, len(heads)):
            what = f"has {len(row)} cells, and the headings are {len(heads)}"
            raise ReportError(f"{where or name}:{lines.line_num}", what, 'put a cell with a comma in quotes: "1,5"')
        rows += [[cell.strip() for cell in row]] if row else []
    return heads, rows
