"""Every check passes, and fails if the formula in the text is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from texloom.document.checks import checks_in, compare

from theory import first_answer


def test_marks_checks_and_labels_match(root: Path) -> None:
    compare(root / "theory" / "first_answer.tex", checks_in(first_answer))


@pytest.mark.parametrize("check", checks_in(first_answer), ids=lambda check: check.label)
def test_the_check_passes(check) -> None:
    assert check.function().passed


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (first_answer.slope_variance, lambda sigma, x: sigma**2 / ((x**2).sum())),
        (first_answer.slope_variance, lambda sigma, x: sigma / ((x - x.mean()) ** 2).sum()),
        (first_answer.slope_variance_over_even_places, lambda sigma, length, n: sigma**2 / length**2 * 12 / (n + 1)),
        (first_answer.slope_variance_over_even_places, lambda sigma, length, n: 12 * sigma**2 / (n * length**2)),
    ],
)
def test_a_wrong_formula_is_noticed(check: Callable, wrong: Callable) -> None:
    assert not check(formula=wrong).passed
