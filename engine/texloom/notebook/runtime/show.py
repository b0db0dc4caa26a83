"""Display results as the output of a cell: metrics and tables as HTML, figures as PNG, animations as GIF."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from html import escape

from IPython.display import HTML, Image, display
from matplotlib.figure import Figure

from texloom.results import plotting
from texloom.results.digits import column_decimals, supported_decimals
from texloom.results.quantity import Quantity, rounded
from texloom.results.runs import Runs
from texloom.results.tables import Cell, Table


def metrics(runs: Runs) -> None:
    """Display all metrics: mean ± standard deviation over the seeds, unit, meaning."""
    known = [runs.metric(name) for name in runs[0].metrics]
    rows = [[each.name, text(each), each.unit, each.meaning] for each in known]
    display(HTML(html_table(["metric", "value", "unit", "what it is"], rows, "left")))


def table(shown: Table) -> None:
    """Display a table of the experiment, as in the report."""
    heads = [f"{name} ({unit})" if unit else name for name, unit in shown.columns]
    decimals = [column_decimals(shown, column) for column in range(len(heads))]
    rows = [[text(value, places) for value, places in zip(row, decimals, strict=True)] for row in shown.rows]
    display(HTML(html_table(heads, rows, "right", shown.emphasis)))


def figure(drawn: Figure) -> None:
    """Display a figure in the report's style."""
    png = io.BytesIO()
    with plotting.style():
        drawn.savefig(png, format="png", dpi="figure", metadata={"Software": None})
    display(Image(png.getvalue(), format="png"))


def animation(gif: bytes) -> None:
    """Display an animated GIF."""
    display(Image(gif, format="gif"))


def text(value: Cell, decimals: int | None = None) -> str:
    """A table cell in plain characters; a quantity with the digits that its uncertainty supports, as in the report.

    decimals: used if the uncertainty is not known; by default four significant digits.
    """
    if isinstance(value, Quantity):
        if value.is_skewed and math.isfinite(value.mean):
            middle, low, high = (rounded(each, 3) for each in (value.median, min(value.values), max(value.values)))
            return f"median {middle} ({low} to {high})"
        own = supported_decimals(value.uncertainty)
        places = decimals if own is None else own
        if places is None or not math.isfinite(value.mean):
            return text(value.mean)
        return f"{value.mean:.{places}f}" + (f" ± {value.uncertainty:.{places}f}" if own is not None else "")
    if isinstance(value, float):
        return rounded(value, 4).replace("inf", "∞")
    return "" if value is None else str(value)


def html_table(heads: Sequence[str], rows: Sequence[Sequence[str]], side: str, emphasis: int | None = None) -> str:
    """An HTML table; all columns but the first are aligned to the given side, the emphasised row is bold."""

    def row(tag: str, cells: Sequence[str]) -> str:
        aligned = zip(cells, ["left"] + [side] * (len(cells) - 1), strict=True)
        return "".join(f'<{tag} style="text-align: {to}">{escape(cell)}</{tag}>' for cell, to in aligned)

    body = [row("th" if number == emphasis else "td", cells) for number, cells in enumerate(rows)]
    lines = [f"<tr>{line}</tr>" for line in [row("th", heads), *body]]
    return "<table>\n" + "\n".join(lines) + "\n</table>"
