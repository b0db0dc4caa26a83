r"""Claims: sentences that compare results, each with the condition that must hold.

The number that a condition compares with is written once, in the condition; the sentence prints it:

    \VAR{claim("It is better by at least {limit},", (m.ours - m.theirs).lowest >= 8)}

prints "It is better by at least 8 dB,". Several limits are printed from left to right, equal ones once. A sentence that
omits one is refused: it would contain a typed number, which could differ from the condition's. Only the limit 0 may be
omitted, because words express it ("rises", "is better").

In place of a limit a sentence may print what was found, {found}: the value nearest to the limit, rounded as in the
list of claims in the appendix, so that a value is the same number in both. The limit is then printed by this list only.
Since a rounded value can be beyond the exact one, such a sentence says "is {found}", not "is at least {found}".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from texloom.document.tex import latex
from texloom.document.tex.latex import TeX, to_tex
from texloom.errors import ReportError
from texloom.results.quantity import RELATIONS, Comparison, Condition, Limit, Quantity

LIMIT = re.compile(r"(?<!\w)\{(limit|found)\}")
r"""The placeholder of a limit in a sentence, or of the value found; \emph{limit} is LaTeX."""
DIGITS = range(3, 16)
"""Significant digits of a value: three, or as many as are needed to show on which side of its limit it is."""


@dataclass(frozen=True)
class Claim:
    """A sentence of the report and its condition. Raises ReportError if the sentence does not print its limits."""

    wording: str
    """LaTeX, with {limit} in place of each printed limit."""
    condition: Condition
    place: str
    """file:line of the claim in its template."""
    experiment: str
    number: int
    """Its number among the claims of the experiment, from 1."""
    about: tuple[str, ...] = ()
    """LaTeX: what is compared, for its rows in the table of claims; empty to use the meanings of the metrics."""

    def __post_init__(self) -> None:
        _ = self._printed

    @cached_property
    def _printed(self) -> list[Limit]:
        """The limits that the sentence prints, in order."""
        limits = list(self.condition.limits)
        wanted = len(LIMIT.findall(self.wording))
        for printed in (limits, [limit for limit in limits if limit.value]):
            if len(printed) == wanted:
                return printed
        found = ", ".join(map(str, limits)) or "no number"
        way_out = f"its condition compares with {found}; write {{limit}} once for each, and type no number beside it"
        raise ReportError("", f"a claim prints the limits of its condition: '{self.wording}'", way_out)

    def _filled(self, as_text: Callable[[Limit], str], *, found: bool) -> str:
        """The sentence with its placeholders filled; found: whether {found} prints the value found or the limit."""
        printed = iter(self._printed)

        def text(placeholder: re.Match[str]) -> str:
            limit = next(printed)
            return self._found(limit) if found and placeholder[1] == "found" else as_text(limit)

        return LIMIT.sub(text, self.wording)

    def _found(self, limit: Limit) -> TeX:
        """The value nearest to a limit among those that are compared with it."""
        alike = [each for each in self.condition.comparisons if each.limit == limit]
        nearest = min if alike[0].relation in (">", "≥") else max
        comparison = nearest(alike, key=lambda each: each.left.mean)
        return TeX(latex.add_unit(value_text(comparison.left, comparison), limit.unit))

    @property
    def anchor(self) -> str:
        """The name of the LaTeX anchor by which the list of claims refers to it."""
        return f"{self.experiment}-{self.number}".replace("_", "-")

    @property
    def sentence(self) -> TeX:
        """The sentence as LaTeX."""
        return TeX(self._filled(to_tex, found=True))

    @property
    def text(self) -> str:
        """The sentence with its limits, in plain characters, for messages and comparisons.

        Punctuation at its end is removed.
        """
        return self._filled(str, found=False).rstrip(",;: ")


def value_text(value: Quantity | float, comparison: Comparison) -> str:
    """A value with three digits, or as many as are needed to agree with the comparison."""
    return latex.number(value, _digits(comparison))


def _digits(comparison: Comparison) -> int:
    compare = RELATIONS[comparison.relation]

    def shows(digits: int) -> bool:
        found = float(f"{comparison.left.mean:.{digits}g}")
        bound = comparison.bound if comparison.limit else float(f"{comparison.bound:.{digits}g}")
        return compare(found, bound) == comparison.holds

    return next(filter(shows, DIGITS), DIGITS[-1])
