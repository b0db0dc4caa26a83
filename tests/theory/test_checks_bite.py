"""Every check passes, and fails if a formula of the text is wrong: a sign, a factor, an argument.

A check takes the formulas of the text as parameters. `mistakes/` has at least one wrong formula for each of them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from inspect import signature
from typing import Any, cast

import pytest

from tests.theory.fragments import FRAGMENTS, checks
from tests.theory.mistakes import Mistakes
from texloom.document.checks import Measured

MODULES = [importlib.import_module(f"tests.theory.mistakes.{fragment.stem}") for fragment in FRAGMENTS]
WRONG: Mistakes = {label: mistakes for module in MODULES for label, mistakes in module.WRONG.items()}
CASES = [
    pytest.param(label, mistake, id=f"{label}-{next(iter(mistake))}-{number}")
    for label, mistakes in WRONG.items()
    for number, mistake in enumerate(mistakes)
]


def test_every_check_has_a_mistake_to_catch() -> None:
    """Fails for a check without a row in `mistakes/`, and for a row without a check."""
    assert set(WRONG) == set(checks())
    assert all(WRONG.values())


def test_every_formula_is_perturbed() -> None:
    """Every parameter that is a formula has a mistake; numbers such as step sizes need none."""
    for label, check in checks().items():
        formulas = {name for name, p in signature(check.function).parameters.items() if callable(p.default)}
        assert formulas <= {name for mistake in WRONG[label] for name in mistake}, label


@pytest.mark.parametrize("label", sorted(WRONG))
def test_a_check_passes_as_it_stands(label: str) -> None:
    """The measured error is finite and within the tolerance."""
    assert checks()[label].function().passed


@pytest.mark.parametrize(("label", "mistake"), CASES)
def test_a_check_fails_on_a_wrong_formula(label: str, mistake: dict[str, Any]) -> None:
    """It fails clearly: the error of a wrong formula is at least twice the tolerance, and not NaN."""
    check = cast("Callable[..., Measured]", checks()[label].function)
    measured = check(**mistake)
    assert measured.error > 2 * measured.tolerance
