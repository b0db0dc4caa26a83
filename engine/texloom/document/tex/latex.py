"""Text and LaTeX kept apart: plain strings are escaped where they meet the page, `TeX` strings are not."""

from __future__ import annotations

import math
import numbers
from typing import Any, Self

from markupsafe import Markup
from pylatex.utils import escape_latex

from texloom.results.digits import supported_decimals
from texloom.results.quantity import Limit, Quantity


class TeX(Markup):
    """A string that is LaTeX already. Joining it with plain text escapes the text."""

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        return cls(s) if hasattr(s, "__html__") else cls(escape(str(s)))


def escape(text: str) -> str:
    """Plain text as LaTeX that prints just that text."""
    return str(escape_latex(text))


def to_tex(value: Any) -> TeX:
    """Whatever a template splices: LaTeX as it is, quantities, limits and numbers by siunitx, all else escaped."""
    if isinstance(value, Quantity):
        return TeX(quantity(value))
    if isinstance(value, Limit):
        return TeX(_with_unit(number(value.value, 15), value.unit))  # all its digits: it is exact
    if isinstance(value, bool) or value is None:
        return TeX(escape(str(value)))
    if isinstance(value, numbers.Real):  # NumPy's, too
        return TeX(number(int(value) if isinstance(value, numbers.Integral) else float(value)))
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


def quantity(value: Quantity, *, with_unit: bool = True, decimals: int | None = None) -> str:
    r"""A quantity as \num or \qty: mean ± standard deviation over seeds, to the digit that the deviation supports.

    decimals: print this many instead, as a column of a table does. Without a deviation: four significant digits.
    """
    own = supported_decimals(value.deviation)
    places = own if decimals is None else decimals
    if not math.isfinite(value.mean) or places is None:
        return _with_unit(number(value.mean), value.unit if with_unit else "")
    body = f"{value.mean:.{places}f}" + (f" +- {value.deviation:.{places}f}" if own is not None else "")
    return rf"\qty{{{body}}}{{{unit(value.unit)}}}" if value.unit and with_unit else rf"\num{{{body}}}"


def _with_unit(body: str, name: str) -> str:
    return f"{body}~{escape(name)}" if name else body


def unit(name: str) -> str:
    """A unit as siunitx prints it literally."""
    return {"%": r"\percent"}.get(name, name)
