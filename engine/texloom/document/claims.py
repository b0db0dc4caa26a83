r"""Claims: sentences that compare results, each with the condition that must hold.

The number that a condition compares with is written once, in the condition; the sentence prints it:

    \VAR{claim("It is better by at least {limit},", (m.ours - m.theirs).lowest >= 8)}

prints "It is better by at least 8 dB,". Several limits are printed from left to right, equal ones once. A sentence that
omits one is refused, because it would contain the number itself, which could differ. Only the limit 0 may be omitted,
because words express it ("rises", "is better").

In place of a limit a sentence may print what was found, {found}: the value nearest to the limit, rounded towards it, so
that "at least {found}" stays true. The limit is then printed by the list of claims in the appendix only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property

from texloom.document.tex.latex import TeX, to_tex
from texloom.errors import ReportError
from texloom.results.quantity import Condition, Limit

LIMIT = re.compile(r"(?<!\w)\{(limit|found)\}")
r"""The placeholder of a limit in a sentence, or of the value found; \emph{limit} is LaTeX."""
FOUND_DIGITS = 3
"""The significant digits of a value found."""


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
        """The sentence; found: whether values found are printed, or the limits in their place."""
        printed = iter(self._printed)

        def text(placeholder: re.Match[str]) -> str:
            limit = next(printed)
            return as_text(self._found(limit) if found and placeholder[1] == "found" else limit)

        return LIMIT.sub(text, self.wording)

    def _found(self, limit: Limit) -> Limit:
        """The value nearest to a limit among those that are compared with it, rounded towards the limit."""
        alike = [each for each in self.condition.comparisons if each.limit == limit]
        values = [each.left.mean for each in alike]
        return (
            Limit(rounded(min(values), down=True), limit.unit)
            if alike[0].relation in (">", "≥")
            else Limit(rounded(max(values), down=False), limit.unit)
        )

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


def rounded(value: float, *, down: bool) -> float:
    """A value with FOUND_DIGITS significant digits, rounded down or up."""
    exact = Decimal(value)
    if not exact.is_finite() or not exact:
        return value
    unit = Decimal(1).scaleb(exact.adjusted() - FOUND_DIGITS + 1)
    return float(exact.quantize(unit, ROUND_FLOOR if down else ROUND_CEILING))
