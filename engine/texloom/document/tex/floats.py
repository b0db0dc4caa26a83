"""Figures, tables and architecture tables as PyLaTeX floats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pylatex import Figure, LongTable, NoEscape, Tabular
from pylatex import Table as TableFloat
from pylatex.base_classes import Command

from texloom.document.tex import latex
from texloom.document.tex.latex import TeX
from texloom.document.words import say
from texloom.results.digits import column_decimals
from texloom.results.quantity import Quantity
from texloom.results.tables import Cell, Table

PLACEMENT = "htbp"
FITS_A_PAGE = 25
"""A table with at most so many rows fits on any page, and floats."""
NEVER_FITS = 200
"""A table with more rows fits on no page; the height of others is measured by LaTeX."""


def figure_float(image: Path, caption: str, label: str, alt: str = "") -> TeX:
    r"""A figure at its natural size, centred, with caption and label.

    alt: the alternative text for readers who do not see the figure, as plain text; by default that of the caption. A
    preamble that defines \described{text}{picture} puts it into the PDF.
    """
    figure = Figure(position=PLACEMENT)
    figure.append(Command("centering"))
    figure.append(NoEscape(r"\providecommand{\described}[2]{#2}"))
    text = latex.escape(alt or latex.plain_text(caption))
    figure.append(NoEscape(rf"\described{{{text}}}{{\includegraphics{{{image.as_posix()}}}}}"))
    return _finish(figure, caption, label)


def table_float(table: Table, caption: str, label: str) -> TeX:
    """A booktabs table with the caption above; numbers are right-aligned, the emphasised row is bold.

    If it is higher than a page it goes on over pages, with its heads on each.
    """
    columns = "@{}l" + "r" * (len(table.columns) - 1) + "@{}"
    return _table(columns, [_heading(name, unit) for name, unit in table.columns], _rows(table), caption, label)


def architecture_float(layers: Sequence[dict[str, Any]], caption: str, label: str) -> TeX:
    """A table of the layers of a model: kind, name, activation, output shape for one example, trainable parameters."""
    *rows, total = layers
    cells = []
    for row in rows:
        texts = [row["layer"], row["name"].replace("_", " "), row["activation"] or "–"]
        cells.append([*map(latex.escape, texts), shape(row["shape"]), latex.number(row["parameters"])])
    last = [say("Total"), "", "", "", latex.number(total["parameters"])]
    heads = (say("Layer"), say("Name"), say("Activation"), say("Output"), say("Parameters"))
    return _table("@{}lllrr@{}", heads, cells, caption, label, last=last)


def shape(sizes: Sequence[int]) -> TeX:
    """The shape of an array as a formula."""
    return TeX("$" + r" \times ".join(map(str, sizes)) + "$")


def plain_table(columns: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, long: bool = False) -> TeX:
    """A booktabs table of LaTeX cells, not floating; a long one may span several pages, with its heads on each."""
    body = (LongTable if long else Tabular)(columns, booktabs=True)
    body.add_row([NoEscape(head) for head in heads])
    body.append(Command("midrule"))
    if isinstance(body, LongTable):
        body.end_table_header()
    for row in rows:
        body.add_row([NoEscape(cell) for cell in row])
    return TeX(body.dumps())


def cell(value: Cell, decimals: int | None = None) -> str:
    """A table cell as LaTeX, without unit, which is in the heading."""
    if value is None:
        return ""
    if isinstance(value, Quantity):
        return latex.quantity(value, with_unit=False, decimals=decimals)
    return str(latex.to_tex(value))


def _heading(name: str, unit: str) -> str:
    text = latex.escape(name)
    return rf"{text} (\unit{{{latex.unit(unit)}}})" if unit else text


def _rows(table: Table) -> list[list[str]]:
    decimals = [column_decimals(table, column) for column in range(len(table.columns))]
    rows = []
    for number, row in enumerate(table.rows):
        cells = [cell(value, places) for value, places in zip(row, decimals, strict=True)]
        if number == table.emphasis:
            cells = [rf"{{\boldmath\bfseries {text}}}" if text else "" for text in cells]
        rows.append(cells)
    return rows


def _table(
    columns: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    label: str,
    *,
    last: Sequence[str] = (),
) -> TeX:
    """A table of LaTeX cells, with `last` below a rule: a float, or over several pages if it fits on none."""
    if len(rows) > FITS_A_PAGE:
        command = r"\longpagedtable" if len(rows) > NEVER_FITS else r"\pagedtable"
        body = "".join(map(_row, rows)) + (r"\midrule" + _row(last) if last else "")
        return TeX(f"{command}{{{caption}}}{{{label}}}{{{columns}}}{{{_row(heads)}}}{{%\n{body}}}")
    body = Tabular(columns, booktabs=True)
    body.add_row([NoEscape(head) for head in heads])
    body.append(Command("midrule"))
    for row in rows:
        body.add_row([NoEscape(each) for each in row])
    if last:
        body.append(Command("midrule"))
        body.add_row([NoEscape(each) for each in last])
    table = TableFloat(position=PLACEMENT)
    table.append(Command("centering"))
    table.append(Command("caption", NoEscape(caption)))
    table.append(Command("label", NoEscape(label)))
    table.append(Command("small"))
    table.append(NoEscape(rf"\fitted{{{body.dumps()}}}"))
    return TeX(table.dumps())


def _row(cells: Sequence[str]) -> str:
    return "&".join(cells) + "\\\\\n"


def _finish(figure: Figure, caption: str, label: str) -> TeX:
    figure.append(Command("caption", NoEscape(caption)))
    figure.append(Command("label", NoEscape(label)))
    return TeX(figure.dumps())
