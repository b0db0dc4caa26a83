"""Decimals that a deviation supports."""

from __future__ import annotations

import math

import pytest

from texloom.results.digits import column_decimals, supported_decimals
from texloom.results.quantity import Quantity
from texloom.results.tables import Table


@pytest.mark.parametrize(
    ("deviation", "decimals"),
    [(0.03, 2), (0.0999, 1), (0.5, 1), (0.96, 0), (1.2, 0), (340.0, 0), (0.0, None), (None, None), (math.nan, None)],
)
def test_one_significant_digit_of_the_deviation(deviation: float | None, decimals: int | None) -> None:
    assert supported_decimals(deviation) == decimals


def test_a_column_has_the_decimals_of_its_best_known_value_unless_the_table_says_otherwise() -> None:
    coarse, fine = Quantity("a", (1.0, 4.0)), Quantity("b", (1.0, 1.01))  # deviations 2.1 and 0.007
    rows = [["a", coarse, 1.0], ["b", fine, 2.0]]
    columns = [("name", ""), ("value", ""), ("plain", "")]
    assert [column_decimals(Table(columns, rows), column) for column in (1, 2)] == [3, None]
    assert [column_decimals(Table(columns, rows, decimals=(None, 0, 1)), column) for column in (1, 2)] == [0, 1]
