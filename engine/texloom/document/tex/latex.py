"""Convert values to LaTeX: plain strings are escaped when they are inserted, `TeX` strings are not."""

from __future__ import annotations

import math
import numbers
import re
from typing import Any, Self

from markupsafe import Markup
from pylatex.utils import escape_latex

from texloom.document.words import say
from texloom.evidence.splices import spliced, without_marks
from texloom.results.digits import supported_decimals
from texloom.results.quantity import POINTS, Limit, Quantity, is_whole

GREEK = re.compile(
    r"\\(?:var)?(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi"
    r"|psi|omega)(?![a-zA-Z])",
    re.IGNORECASE,
)
"""Greek letters, which plain text prints by their names."""


class TeX(Markup):
    """A string of LaTeX. Joining it with plain text escapes the text."""

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        return cls(s) if hasattr(s, "__html__") else cls(escape(str(s)))


def escape(text: str) -> str:
    """Escape plain text, so that LaTeX prints exactly this text."""
    return str(escape_latex(text))


def plain_text(tex: str) -> str:
    r"""LaTeX as plain text, roughly: mathematics as it is typed, \num and \qty as their numbers, no references."""
    text = re.sub(r"\\qty\{([^}]*)\}\{([^}]*)\}", r"\1 \2", without_marks(tex))
    text = GREEK.sub(r"\1", text)
    text = re.sub(r"\s*\\(?:[cC]?ref|eqref|cite[pt]?)\{[^}]*\}", "", text)
    text = re.sub(r"\\[a-zA-Z]+\*?\s*|\\[,;! ]|(?<!\\)[{}$]", "", text)
    return " ".join(re.sub(r"\\([%&#$_{}])", r"\1", text).replace("~", " ").split())


def to_tex(value: Any) -> TeX:
    """Convert a value for a template: LaTeX unchanged, quantities, limits and numbers by siunitx, all else escaped."""
    if isinstance(value, Quantity):
        return TeX(quantity(value))
    if isinstance(value, Limit):
        return TeX(limit(value))
    if isinstance(value, bool) or value is None:
        return TeX(escape(str(value)))
    if isinstance(value, numbers.Real):  # NumPy's, too
        return TeX(number(int(value) if isinstance(value, numbers.Integral) else float(value)))
    return TeX.escape(value)


@spliced
def number(value: Quantity | float, digits: int | None = None) -> str:
    r"""A number without known uncertainty, by \num: whole numbers whole, others with significant digits.

    digits: number of digits, including trailing zeros, for a measured value; by default at most four, for a given one.
    Of a quantity the mean is printed.
    """
    if isinstance(value, Quantity):
        value = value.mean
    if isinstance(value, int):
        return rf"\num{{{value}}}"
    if math.isinf(value):
        return r"\ensuremath{\infty}" if value > 0 else r"\ensuremath{-\infty}"
    if math.isnan(value):
        return say("n/a")
    if is_whole(value):
        return rf"\num{{{int(value)}}}"
    if digits is None or float(value).is_integer():
        return rf"\num{{{value:.{digits or 4}g}}}"
    return rf"\num{{{f'{value:#.{digits}g}'.removesuffix('.')}}}"


@spliced
def exact_number(value: float) -> str:
    r"""A given, not measured number, by \num: with all its digits and no trailing zeros."""
    return rf"\num{{{value:.15g}}}" if math.isfinite(value) else number(value)


@spliced
def quantity(value: Quantity, *, with_unit: bool = True, decimals: int | None = None) -> str:
    r"""A quantity as \num or \qty: the mean ± its uncertainty, with the decimals that this supports.

    The uncertainty is the standard deviation over seeds, or the error of a single value. For a skewed quantity median
    and range are printed. decimals: used if the uncertainty is not known; by default four significant digits.
    """
    if value.is_skewed and math.isfinite(value.mean):
        middle, low, high = (number(each, 3) for each in (value.median, min(value.values), max(value.values)))
        middle = add_unit(middle, value.unit if with_unit else "")
        return say("median {middle} ({low} to {high})", middle=middle, low=low, high=high)
    own = supported_decimals(value.uncertainty)
    places = decimals if own is None else own
    if not math.isfinite(value.mean) or places is None:
        return add_unit(number(value.mean, 4), value.unit if with_unit else "")
    body = f"{value.mean:.{places}f}" + (f" +- {value.uncertainty:.{places}f}" if own is not None else "")
    return rf"\qty{{{body}}}{{{unit(value.unit)}}}" if value.unit and with_unit else rf"\num{{{body}}}"


@spliced
def limit(value: Limit) -> str:
    """The limit of a claim, with all its digits and its unit."""
    return add_unit(exact_number(value.value), value.unit)


def add_unit(body: str, name: str) -> str:
    """A printed number with the unit of this name; without it if the name is empty."""
    if name == "%":
        return rf"{body}\,\%"
    if not name:
        return body
    return f"{body}~" + (rf"\unit{{{unit(name)}}}" if "^" in name else escape(name))


def unit(name: str) -> str:
    """A unit as siunitx prints it literally."""
    return {"%": r"\percent", POINTS: rf"\text{{{say('percentage points')}}}"}.get(name, name)
