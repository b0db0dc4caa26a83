"""Check what the functions of a figures module return, before it is stored."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from texloom.commands.explaining import OFFERED, last_line, place_of
from texloom.errors import ReportError
from texloom.results import plotting
from texloom.results.quantity import Quantity
from texloom.results.tables import Table

KINDS = {"figures": Figure, "tables": Table, "animations": bytes}
"""The objects that each function returns by name."""
GIF = (b"GIF87a", b"GIF89a")
NOT_IN_NAMES = re.compile(r"""[/\\\x00-\x1f\x7f%#~{}^&$"]""")
"""What file systems or LaTeX do not allow in names of files."""
LONGEST = 200
"""Largest size in bytes of the name of a figure; file systems allow 255 for a whole name."""


def returned(module: ModuleType, function: str, *arguments: object) -> dict[str, Any]:
    """What a function of a figures module returns, by name.

    Raises ReportError with the place of the function unless it returns a dictionary of names that files may have, and
    of figures, tables or animations that can be stored.
    """
    called = getattr(module, function)
    if not callable(called):
        what = f"{function} is {_a(called)}, not a function"
        raise ReportError(place_of(module), what, f"the engine calls {OFFERED[function]}")
    found, kind = called(*arguments), KINDS[function]
    where, example = place_of(called) or place_of(module), f'return {{"name": {kind.__name__.lower()}}}'
    if not isinstance(found, Mapping):
        raise ReportError(where, f"{function}() returns {_a(found)}, not a dictionary", example)
    for name, value in found.items():
        if not isinstance(name, str) or not _is_name(name):
            what = f"{function}() returns the name {_quoted(name)}, which no file can have"
            raise ReportError(where, what, "use letters, digits and _")
        if not isinstance(value, kind):
            raise ReportError(where, f"{function}() returns {_a(value)} as '{name}', not {_article(kind)}", example)
        if fault := _fault(value):
            raise ReportError(where, f"{function}() returns '{name}', {fault[0]}", fault[1])
    return dict(found)


def draw(module: ModuleType, figures: Mapping[str, Figure], folder: Path) -> None:
    """Write figures to <folder>/<name>.pdf. Raises ReportError, with the place of `figures`, if one cannot be drawn."""
    for name, figure in figures.items():
        try:
            plotting.save(figure, folder / f"{name}.pdf")
        except OSError:
            raise
        except Exception as error:
            what = f"the figure '{name}' cannot be drawn: {last_line(error)}"
            raise ReportError(place_of(getattr(module, "figures", module)), what) from error


def _is_name(name: str) -> bool:
    size = len(name.encode(errors="surrogateescape"))
    return 0 < size <= LONGEST and not name.startswith(".") and not NOT_IN_NAMES.search(name)


def _fault(value: object) -> tuple[str, str] | None:
    """What makes an object unusable, and the way out; None if it can be stored."""
    if isinstance(value, bytes):
        return None if value.startswith(GIF) else ("which is no GIF", "save it with Pillow: save(file, format='GIF')")
    if isinstance(value, Figure):
        width, height = value.get_size_inches()
        if not (0 < width < math.inf and 0 < height < math.inf):
            return f"whose size is {width:g} by {height:g} inches", "new_figure(height=2.2) gives it a size"
    return _fault_of_table(value) if isinstance(value, Table) else None


def _fault_of_table(table: Table) -> tuple[str, str] | None:
    for column in table.columns:
        if not isinstance(column, list | tuple) or [type(each) for each in column] != [str, str]:
            return f"a table with the column {_quoted(column)}", 'a column is a heading and a unit: ("Length", "m")'
    if not table.columns:
        return "a table without columns", 'a column is a heading and a unit: ("Length", "m")'
    for row in table.rows:
        if not isinstance(row, list | tuple):
            return f"a table with the row {_quoted(row)}", "a row is a list of cells"
        for cell in row:
            if cell is not None and not isinstance(cell, str | int | float | np.integer | np.floating | Quantity):
                return f"a table with {_a(cell)} as a cell", "a cell is a text, a number, a metric or None"
    if table.emphasis is not None and table.emphasis not in range(len(table.rows)):
        return f"a table whose emphasis is {_quoted(table.emphasis)}", f"it has {len(table.rows)} rows, from 0"
    return None


def _a(value: object) -> str:
    """The kind of a value, for messages."""
    return "nothing (None)" if value is None else _article(type(value))


def _article(kind: type) -> str:
    name = kind.__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _quoted(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:40]} …"
