"""How a printed value is traced to metrics."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from texloom.evidence.collect import Index
from texloom.evidence.schema import Derived, Given, OfMetric
from texloom.results.quantity import Limit, Quantity
from texloom.results.runs import Runs
from texloom.verify.evaluate import evaluate

LOSS = OfMetric(metric="toy.loss")


@pytest.fixture
def index(make_runs: Callable[..., Runs]) -> Index:
    return Index(
        {"toy": make_runs({"loss": (0.25, "%"), "rate": (3.0, "s")}, {"loss": (0.35, "%"), "rate": (4.0, "s")})}
    )


def test_metrics_and_what_is_computed_from_them(index: Index) -> None:
    loss = index.runs["toy"].metric("loss")
    assert index.expression(loss, "toy") == LOSS
    assert index.expression((loss / 2.0).lowest, "toy") == Derived(
        operation="lowest", operands=(Derived(operation="÷", operands=(LOSS, 2.0)),)
    )


@pytest.mark.parametrize(
    "compute",
    [
        lambda a, _: -a,
        lambda a, b: 2 - a * b,
        lambda a, b: 2 / (a / b) ** 3,
        lambda a, b: round(a / b, 1),
        lambda a, b: (a.percent_of(b).highest - 3).magnitude,
    ],
)
def test_all_arithmetic_of_templates_gives_the_same_value_again(
    index: Index, compute: Callable[[Quantity, Quantity], Quantity]
) -> None:
    metrics = {f"toy.{name}": index.runs["toy"].metric(name) for name in ("loss", "rate")}
    value = compute(*metrics.values())
    found = evaluate(index.expression(value, "toy"), metrics)
    assert isinstance(found, Quantity)
    assert (found.values, found.unit, found.error) == (value.values, value.unit, value.error)


def test_a_cell_of_a_table_is_the_metric_with_the_same_values_unit_and_error(index: Index) -> None:
    assert index.expression(Quantity("Loss of ours", (0.25, 0.35), "%"), "toy") == LOSS
    for other in (
        Quantity("Loss", (0.25, 0.35), "s"),
        Quantity("Loss", (0.25, 0.36), "%"),
        Quantity("Loss", (0.25, 0.35), "%", error=0.1),
    ):
        assert index.expression(other, "toy") == Given(values=other.values, unit=other.unit, error=other.error)


def test_numbers_and_limits(index: Index) -> None:
    assert [index.expression(value, "toy") for value in (3, 0.5, Limit(3, "dB"))] == [3, 0.5, 3.0]
