"""Tables of experiments: columns and rows of text and quantities, without layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from texloom.results.quantity import Quantity
from texloom.results.texts import check_text

Cell = str | int | float | Quantity | None


@dataclass(frozen=True)
class Table:
    """Headings, each with its unit (empty for none), and rows; the first column holds labels.

    Plain strings are text, escaped for LaTeX when the table is drawn; None is an empty cell. `emphasis` is the index of
    the row to emphasize. `decimals`, one entry for each column, sets the decimals of quantities; None, or no `decimals`
    at all, derives them from the deviations. A value with a known uncertainty has its own number of digits.
    Raises ReportError for a text that cannot be printed.
    """

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)
    emphasis: int | None = None
    decimals: Sequence[int | None] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells in a table of {len(self.columns)} columns: {row[0]}")
        if self.decimals and len(self.decimals) != len(self.columns):
            raise ValueError(f"decimals of {len(self.decimals)} columns in a table of {len(self.columns)}")

        for text in (*chain(*self.columns), *(cell for row in self.rows for cell in row if isinstance(cell, str))):
            check_text("cell of a table", text)

    def to_json(self) -> dict:
        rows = [[_plain(cell) for cell in row] for row in self.rows]
        columns = [list(column) for column in self.columns]
        return {"columns": columns, "rows": rows, "emphasis": self.emphasis, "decimals": list(self.decimals)}

    @classmethod
    def from_json(cls, data: dict) -> Table:
        columns = [(heading, unit) for heading, unit in data["columns"]]
        rows = [
            [
                Quantity(heading, tuple(cell["values"]), unit, error=cell["error"]) if isinstance(cell, dict) else cell
                for cell, (heading, unit) in zip(row, columns, strict=True)
            ]
            for row in data["rows"]
        ]
        return cls(columns, rows, data["emphasis"], data["decimals"])


def _plain(cell: Cell) -> str | int | float | dict | None:
    """A cell in its JSON form."""
    if isinstance(cell, np.generic):
        return cell.item()
    return {"values": list(cell.values), "error": cell.error} if isinstance(cell, Quantity) else cell
