"""Metrics against runs: identical, within the uncertainty, or different."""

from __future__ import annotations

import re

import pytest

from texloom.results.quantity import Quantity
from texloom.verify.rows import Answer, Row
from texloom.verify.runs import is_within


@pytest.mark.parametrize(
    ("one", "other", "within"),
    [
        (Quantity("a", (1.0, 2.0)), Quantity("a", (1.5, 2.5)), True),  # 0.5 of 0.71
        (Quantity("a", (1.0, 2.0)), Quantity("a", (2.0, 3.0)), False),
        (Quantity("a", (1.0, 1.0)), Quantity("a", (0.0, 4.0)), True),  # the larger deviation
        (Quantity("a", (1.0,)), Quantity("a", (1.1,)), False),  # without an uncertainty only equal values agree
        (Quantity("a", (1.0,), error=0.2), Quantity("a", (1.1,), error=0.05), True),
        (Quantity("a", (1.0, 2.0)), Quantity("a", (float("nan"), 2.0)), False),
    ],
)
def test_within_the_larger_uncertainty(one: Quantity, other: Quantity, within: bool) -> None:
    assert is_within(one, other) == within
    assert is_within(other, one) == within


def test_every_check_is_counted_and_every_difference_shown_or_counted() -> None:
    row = Row("numbers")
    for number in range(20):
        row.check(number % 2 == 0, f"{number} differs\x1b[2J")
    text = Answer([row], ["words"], ["a note"]).to_text()
    assert re.search(r"^numbers +20 +10 +10$", text, re.MULTILINE)
    assert "  numbers: 1 differs?[2J\n" in text
    assert "  numbers: 2 more\n" in text
    assert text.endswith("note: a note\nnot checked: words")
