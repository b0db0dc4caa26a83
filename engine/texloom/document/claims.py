r"""Claims: sentences that compare results, each with the condition that must hold.

The number that a condition compares with is written once, in the condition; the sentence prints it:

    \VAR{claim("It is better by at least {limit},", (m.ours - m.theirs).lowest >= 8)}

prints "It is better by at least 8 dB,". Several limits are printed from left to right, equal ones once. A sentence that
omits one is refused, because it would contain the number itself, which could differ. Only the limit 0 may be omitted,
because words express it ("rises", "is better").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from texloom.document.tex.latex import TeX, to_tex
from texloom.errors import ReportError
from texloom.results.quantity import Condition, Limit

LIMIT = re.compile(r"(?<!\w)\{limit\}")
r"""The placeholder of a limit in a sentence; \emph{limit} is LaTeX."""


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

    def _filled(self, as_text: Callable[[Limit], str]) -> str:
        printed = iter(self._printed)
        return LIMIT.sub(lambda _: as_text(next(printed)), self.wording)

    @property
    def anchor(self) -> str:
        """The name of the LaTeX anchor by which the list of claims refers to it."""
        return f"{self.experiment}-{self.number}".replace("_", "-")

    @property
    def sentence(self) -> TeX:
        """The sentence as LaTeX."""
        return TeX(self._filled(to_tex))

    @property
    def text(self) -> str:
        """The sentence in plain characters, without punctuation at its end, for messages and comparisons."""
        return self._filled(str).rstrip(",;: ")
