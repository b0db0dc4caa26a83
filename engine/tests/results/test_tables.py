"""Tables: shape checked, and unchanged after conversion to JSON and back."""

from __future__ import annotations

import json
import math

import pytest

from texloom.errors import ReportError
from texloom.results.quantity import Quantity
from texloom.results.tables import Table


def test_round_trip_through_json_keeps_every_kind_of_cell() -> None:
    table = Table(
        [("Method", ""), ("Inside", "dB"), ("Runs", "")],
        [["a_b", Quantity("psnr", (1.0, 2.5), "dB", error=0.25), 3], ["none", math.inf, None]],
        emphasis=1,
        decimals=[None, 2, None],
    )
    read = Table.from_json(json.loads(json.dumps(table.to_json())))
    assert (read.columns, read.emphasis, read.decimals) == (table.columns, 1, [None, 2, None])
    cell = read.rows[0][1]
    assert isinstance(cell, Quantity)
    assert (cell.values, cell.unit, cell.error) == ((1.0, 2.5), "dB", 0.25)
    assert [read.rows[0][0], read.rows[0][2], *read.rows[1]] == ["a_b", 3, "none", math.inf, None]


def test_decimals_of_another_number_of_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="decimals of 1 columns in a table of 2"):
        Table([("A", ""), ("B", "")], decimals=[3])


def test_rows_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells in a table of 2 columns: short"):
        Table([("A", ""), ("B", "")], [["short"]])


@pytest.mark.parametrize(("heading", "cell"), [("a\udcff", "b"), ("a", "b\udcff")])
def test_a_text_that_cannot_be_printed_is_refused(heading: str, cell: str) -> None:
    with pytest.raises(ReportError, match="is not a text that can be stored and printed"):
        Table([(heading, "")], [[cell]])
