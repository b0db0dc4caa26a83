r"""Sentences that compare results, each with the condition under which it may stand in the report.

The number that a condition compares with is typed once, in the condition; the sentence prints it:

    \VAR{claim("It is better by at least {limit},", (m.ours - m.theirs).lowest >= 8)}

prints "It is better by at least 8 dB,". Several limits are printed from left to right, equal ones once. A sentence that
leaves one out is refused, because then it says the number itself, and could say another one. Only 0 may go unprinted:
words say it ("rises", "is better").
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
r"""Where a sentence prints a limit; \emph{limit} is LaTeX."""


@dataclass(frozen=True)
class Claim:
    """A sentence of the report and its condition. Raises ReportError when the sentence does not print its limits."""

    wording: str
    """LaTeX, with {limit} where it prints one."""
    condition: Condition
    place: str
    """file:line of the template that makes it."""
    experiment: str
    number: int
    """Its own among the claims of the experiment, from 1."""

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
        """By which the list of claims finds its page."""
        return f"{self.experiment}-{self.number}".replace("_", "-")

    @property
    def sentence(self) -> TeX:
        """The sentence as LaTeX."""
        return TeX(self._filled(to_tex))

    @property
    def text(self) -> str:
        """The same in plain characters, without the comma after which it goes on: for terminal and comparisons."""
        return self._filled(str).rstrip(",;: ")
