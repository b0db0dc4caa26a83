"""The rows of the answer: what was checked, how much of it agrees, what differs, and what could not be checked."""

from __future__ import annotations

from dataclasses import dataclass, field

from tabulate import tabulate

SHOWN = 8
"""How many differences of a row are printed."""


@dataclass
class Row:
    """One kind of check."""

    what: str
    checked: int = 0
    differences: list[str] = field(default_factory=list)

    def check(self, agrees: bool, difference: str) -> None:
        """Count one check."""
        self.checked += 1
        if not agrees:
            self.differences.append(difference)


@dataclass
class Answer:
    """The result of a verification."""

    rows: list[Row] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not any(row.differences for row in self.rows)

    @property
    def checked(self) -> int:
        """The number of all checks."""
        return sum(row.checked for row in self.rows)

    def add(self, other: Answer) -> None:
        """Add the rows of another answer."""
        self.rows += other.rows
        self.unchecked += other.unchecked
        self.notes += other.notes

    def to_text(self) -> str:
        """The table, the differences, and what could not be checked."""
        table = [
            [row.what, row.checked, row.checked - len(row.differences), len(row.differences) or ""] for row in self.rows
        ]
        lines = [tabulate(table, headers=["what was checked", "number", "agree", "differ"], tablefmt="simple")]
        for row in self.rows:
            lines += [f"  {row.what}: {each}" for each in row.differences[:SHOWN]]
            if len(row.differences) > SHOWN:
                lines.append(f"  {row.what}: {len(row.differences) - SHOWN} more")
        lines += [f"note: {each}" for each in self.notes]
        lines += [f"not checked: {each}" for each in self.unchecked]
        return "\n".join(map(printable, lines))


def printable(text: str) -> str:
    """Text from a PDF without characters that control a terminal."""
    return "".join(each if each.isprintable() or each == "\n" else "?" for each in text)
