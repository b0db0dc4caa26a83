"""Compute quantities from the metrics in the evidence, and format them as a build does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace

from texloom.document.render import check_error, one_digit
from texloom.document.tex import latex
from texloom.errors import ReportError
from texloom.evidence import schema
from texloom.results.quantity import Limit, Quantity

Metrics = Mapping[str, Quantity]
"""The metrics of all experiments, by "<experiment>.<name>"."""

OPERATIONS: dict[str, Callable[..., Quantity]] = {
    "+": Quantity.__add__,
    "−": Quantity.__sub__,
    "×": Quantity.__mul__,
    "÷": Quantity.__truediv__,
    "in % of": Quantity.percent_of,
    "power": Quantity.__pow__,
    "rounded": lambda one, digits: round(one, int(digits)),
    "lowest": lambda one: one.lowest,
    "highest": lambda one: one.highest,
    "magnitude": lambda one: one.magnitude,
    "minus": Quantity.__neg__,
}


class UnknownMetricError(Exception):
    """The evidence, or this checkout, has no such metric."""


NONSENSE = (
    *(UnknownMetricError, ReportError, ValueError, TypeError, KeyError),
    *(AttributeError, ArithmeticError, RecursionError, MemoryError),
)
"""Errors raised by well-formed expressions that make no sense, such as a sum of different units."""


def metrics_of(evidence: schema.Evidence) -> Metrics:
    """The metrics that the evidence holds."""
    return {
        f"{experiment}.{name}": Quantity(name, metric.values, metric.unit, metric.meaning, metric.error)
        for experiment, each in evidence.experiments.items()
        for name, metric in each.metrics.items()
    }


def evaluate(expression: schema.Expression, metrics: Metrics) -> Quantity | float:
    """A quantity, or a number. Raises one of NONSENSE if the expression makes no sense."""
    if isinstance(expression, schema.OfMetric):
        if expression.metric not in metrics:
            raise UnknownMetricError(expression.metric)
        return metrics[expression.metric]
    if isinstance(expression, schema.Derived):
        return OPERATIONS[expression.operation](*(evaluate(each, metrics) for each in expression.operands))
    if isinstance(expression, schema.Given):
        return Quantity("given", expression.values, expression.unit, error=expression.error)
    return expression


def mean(value: Quantity | float) -> float:
    """The mean over seeds, or the number."""
    return value.mean if isinstance(value, Quantity) else float(value)


def as_printed(value: schema.Value, evidence: schema.Evidence, metrics: Metrics) -> str:
    """The LaTeX of a value, recomputed. Raises the errors of `evaluate`, and KeyError for an unknown check."""
    if value.form == "check_error":
        (check,) = (each for each in evidence.checks if each.label == value.check)
        return check_error(SimpleNamespace(**check.model_dump()))  # type: ignore[arg-type]
    assert value.of is not None
    found = evaluate(value.of, metrics)
    if value.form == "limit":
        return latex.limit(Limit(mean(found), value.unit))
    forms: dict[str, Callable[..., str]] = {
        "quantity": latex.quantity,
        "number": latex.number,
        "exact_number": latex.exact_number,
        "one_digit": one_digit,
    }
    return forms[value.form](found, **value.options)


def digits_of_tex(tex: str) -> str:
    """The digits, points, signs and exponents that a LaTeX string prints."""
    text = latex.plain_text(tex.replace(r"\infty", "∞").replace("+-", "±"))
    return re.sub(r"\s*e([-+]?\d+)", lambda found: f"10{int(found[1])}", text)


def prints(tex: str, printed: str) -> bool:
    """Whether a text read back from a page has the digits of a LaTeX string; comma and point may be swapped."""
    wanted = _kept(digits_of_tex(tex))
    read = printed.replace("−", "-")
    as_written = (
        read,
        read.replace(",", "."),
        read.replace(",", ""),
        read.replace(".", "").replace(",", "."),
    )
    return any(_kept(each) == wanted for each in as_written)


def _kept(text: str) -> str:
    return re.sub(r"[^0-9.∞-]", "", text).rstrip(".")
