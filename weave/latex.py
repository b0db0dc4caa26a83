"""Text and LaTeX kept apart: plain strings are escaped where they meet the page, `TeX` strings are not."""

from __future__ import annotations

import math
from typing import Any, Self

from markupsafe import Markup
from pylatex.utils import escape_latex

from experiments.common.quantity import Quantity


class TeX(Markup):
    """A string that is LaTeX already. Joining it with plain text escapes the text."""

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        return cls(s) if hasattr(s, "__html__") else cls(escape(str(s)))


def escape(text: str) -> str:
    """Plain text as LaTeX that prints just that text."""
    return str(escape_latex(text))


def to_tex(value: Any) -> TeX:
    """Whatever a template splices: LaTeX as it is, quantities and numbers by siunitx, anything else escaped."""
    if isinstance(value, Quantity):
        return TeX(quantity(value))
    if isinstance(value, bool) or value is None:
        return TeX(escape(str(value)))
    if isinstance(value, int | float):
        return TeX(number(value))
    return TeX.escape(value)


def number(value: float, digits: int = 4) -> str:
    r"""A number without known uncertainty: integers whole, others to `digits` significant digits, by \num."""
    if isinstance(value, int):
        return rf"\num{{{value}}}"
    if math.isinf(value):
        return r"\ensuremath{\infty}" if value > 0 else r"\ensuremath{-\infty}"
    if math.isnan(value):
        return "n/a"
    return rf"\num{{{value:.{digits}g}}}"


def rounded(mean: float, deviation: float | None) -> tuple[str, str | None]:
    """Mean and deviation with the digits that the deviation supports: two of its own when they begin with 1, else one.

    Without a deviation, or with one of zero, four significant digits of the mean and no deviation.
    """
    if deviation is None or deviation == 0 or not math.isfinite(mean):
        return f"{mean:.4g}", None
    leading = math.floor(math.log10(deviation))
    first = int(f"{deviation:e}"[0])
    decimals = -(leading - 1 if first == 1 else leading)
    if decimals < 0:
        scale = 10.0**-decimals
        return f"{round(mean / scale) * scale:.0f}", f"{round(deviation / scale) * scale:.0f}"
    return f"{mean:.{decimals}f}", f"{deviation:.{decimals}f}"


def quantity(value: Quantity, *, with_unit: bool = True) -> str:
    r"""A quantity as \num or \qty, with its standard deviation over seeds where there is one."""
    mean, deviation = rounded(value.mean, value.deviation)
    if not math.isfinite(value.mean):
        text = number(value.mean)
        return f"{text}~{escape(value.unit)}" if value.unit and with_unit else text
    body = mean if deviation is None else f"{mean} +- {deviation}"
    if value.unit and with_unit:
        return rf"\qty{{{body}}}{{{unit(value.unit)}}}"
    return rf"\num{{{body}}}"


def unit(name: str) -> str:
    """A unit as siunitx prints it literally."""
    return {"%": r"\percent"}.get(name, name)
