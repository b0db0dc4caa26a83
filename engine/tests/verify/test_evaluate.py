"""Quantities are computed from the metrics as templates do, and compared with what a page prints."""

from __future__ import annotations

import math

import pytest

from texloom.document.tex import latex
from texloom.evidence.schema import Derived, Given, OfMetric
from texloom.results.quantity import Quantity
from texloom.verify.evaluate import NONSENSE, UnknownMetricError, evaluate, prints

A, B = Quantity("a", (1.0, 3.0), "%"), Quantity("b", (2.0, 4.0), "%")
METRICS = {"toy.a": A, "toy.b": B}
OF_A, OF_B = OfMetric(metric="toy.a"), OfMetric(metric="toy.b")


@pytest.mark.parametrize(
    ("operation", "operands", "expected"),
    [
        ("+", (OF_A, OF_B), A + B),
        ("−", (OF_A, 2.0), A - 2.0),
        ("×", (OF_A, OF_B), A * B),
        ("÷", (OF_A, OF_B), A / B),
        ("in % of", (OF_A, OF_B), A.percent_of(B)),
        ("power", (OF_A, 2.0), A**2.0),
        ("rounded", (OF_A, 1), round(A, 1)),
        ("lowest", (OF_A,), A.lowest),
        ("highest", (OF_A,), A.highest),
        ("minus", (OF_A,), -A),
        ("magnitude", (Derived(operation="−", operands=(OF_A, OF_B)),), (A - B).magnitude),
    ],
)
def test_each_operation_is_that_of_a_template(operation, operands, expected: Quantity) -> None:
    assert repr(evaluate(Derived(operation=operation, operands=operands), METRICS)) == repr(expected)


def test_other_expressions() -> None:
    assert evaluate(2, METRICS) == 2
    assert repr(evaluate(Given(values=(1.5,), unit="s"), METRICS)) == repr(Quantity("given", (1.5,), "s"))
    with pytest.raises(UnknownMetricError, match=r"toy\.c"):
        evaluate(OfMetric(metric="toy.c"), METRICS)


@pytest.mark.parametrize(
    "expression",
    [
        Derived(operation="+", operands=(OF_A, Given(values=(1.0,), unit="s"))),
        Derived(operation="power", operands=(Given(values=(-1.0,)), 0.5)),
        Derived(operation="rounded", operands=(OF_A, float("inf"))),
        Derived(operation="lowest", operands=(2.0,)),
        Derived(operation="+", operands=(OF_A,)),
    ],
)
def test_expressions_without_sense_are_named_as_such(expression: Derived) -> None:
    with pytest.raises(NONSENSE):
        evaluate(expression, METRICS)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Quantity("a", (1.0, 3.0, 2.0), "N/m"), "(2±1)N/m"),
        (Quantity("a", (0.0, 0.0, 30.0)), "median0(0to30)"),
        (Quantity("a", (2.5e-7,)), "2.500·10−7"),
        (Quantity("a", (-1.25,), "m^2"), "−1.250m2"),
        (Quantity("a", (math.inf,)), "∞"),
        (12345, "12345"),
        (12345, "12,345"),
        (1.5, "1,5"),
    ],
)
def test_a_page_prints_a_value(value: Quantity | float, printed: str) -> None:
    assert prints(str(latex.to_tex(value)), printed)


@pytest.mark.parametrize("printed", ["(2±2)N/m", "(−2±1)N/m", "(2.1±1)N/m", "(1±2)N/m", "(21)N/m2", ""])
def test_a_page_prints_another_value(printed: str) -> None:
    assert not prints(str(latex.to_tex(Quantity("a", (1.0, 3.0, 2.0), "N/m"))), printed)
