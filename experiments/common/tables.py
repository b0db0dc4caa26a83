"""A table as an experiment hands it over: columns and rows of text and quantities, without any layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from experiments.common.quantity import Quantity

Cell = str | int | float | Quantity | None


@dataclass(frozen=True)
class Table:
    """Headings, each with its unit (empty for none), and rows; the first column holds labels.

    Plain strings are text, escaped for LaTeX when the table is drawn; None is an empty cell. `emphasis` is the number
    of the row that the table is about.
    """

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)
    emphasis: int | None = None

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells in a table of {len(self.columns)} columns: {row[0]}")

    def to_json(self) -> dict:
        rows = [[list(cell.values) if isinstance(cell, Quantity) else cell for cell in row] for row in self.rows]
        return {"columns": [list(column) for column in self.columns], "rows": rows, "emphasis": self.emphasis}

    @classmethod
    def from_json(cls, data: dict) -> Table:
        columns = [(heading, unit) for heading, unit in data["columns"]]
        rows = [
            [
                Quantity(heading, tuple(cell), unit) if isinstance(cell, list) else cell
                for cell, (heading, unit) in zip(row, columns, strict=True)
            ]
            for row in data["rows"]
        ]
        return cls(columns, rows, data["emphasis"])
