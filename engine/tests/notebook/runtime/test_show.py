"""Outputs of cells: numbers as in the report, escaped tables, images with the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from texloom.notebook.runtime import show
from texloom.results.plotting import new_figure, style
from texloom.results.quantity import Quantity
from texloom.results.runs import Runs
from texloom.results.tables import Cell, Table


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The displayed objects."""
    outputs: list[Any] = []
    monkeypatch.setattr(show, "display", outputs.append)
    return outputs


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Quantity("psnr", (17.7, 17.71, 17.74), "dB"), "17.72 ± 0.02"),
        (Quantity("psnr", (17.7123,), "dB"), "17.71"),
        (Quantity("peak", (float("inf"),)), "∞"),
        (Quantity("parameters", (370624.0,)), "370624"),
        (12, "12"),
        (12.0, "12"),
        (0.000123456, "0.0001235"),
        ("text", "text"),
        (None, ""),
    ],
)
def test_numbers_have_the_digits_that_they_support(value: Cell, text: str) -> None:
    assert show.text(value) == text


def test_a_column_decides_the_decimals_of_what_has_no_uncertainty() -> None:
    assert show.text(Quantity("x", (1.0, 1.0)), decimals=3) == "1.000"
    assert show.text(Quantity("x", (1.0, 2.0)), decimals=3) == "1.5 ± 0.7"
    assert show.text(Quantity("x", (0.0123,), error=0.002), decimals=5) == "0.012 ± 0.002"
    assert show.text(Quantity("x", (6.0, 12.0, 113.0))) == "median 12 (6 to 113)"


def test_all_metrics_are_shown_with_unit_and_meaning(make_runs: Callable[..., Runs], shown: list[Any]) -> None:
    show.metrics(make_runs({"loss": (0.5, "nat"), "a<b": (1.0, "")}, {"loss": (0.7, "nat"), "a<b": (1.0, "")}))
    rows = shown[0].data.splitlines()
    assert [row.count("<t") for row in rows[1:-1]] == [5, 5, 5]
    assert ">loss<" in rows[2]
    assert ">0.6 ± 0.1<" in rows[2]
    assert ">nat<" in rows[2]
    assert ">meaning of loss<" in rows[2]
    assert ">a&lt;b<" in rows[3]


def test_a_table_has_its_units_its_decimals_and_its_emphasis(shown: list[Any]) -> None:
    known, single = Quantity("v", (1.0, 1.02), "dB"), Quantity("v", (2.0,), "dB")
    show.table(Table([("Method", ""), ("Value", "dB")], [["ours", known], ["theirs", single]], emphasis=0))
    rows = shown[0].data.splitlines()[1:-1]
    cells = [[cell.split("<")[0] for cell in row.split('">')[1:]] for row in rows]
    assert cells == [["Method", "Value (dB)"], ["ours", "1.01 ± 0.01"], ["theirs", "2.00"]]
    assert ["<td" in row for row in rows] == [False, False, True]


def test_the_same_figure_gives_the_same_png(shown: list[Any]) -> None:
    for _ in range(2):
        with style():
            figure = new_figure(height=1.0, width=2.0)
            figure.subplots().plot([1, 2])
        show.figure(figure)
    first, second = (image.data for image in shown)
    assert first == second
    assert first.startswith(b"\x89PNG")
    assert b"Matplotlib" not in first
