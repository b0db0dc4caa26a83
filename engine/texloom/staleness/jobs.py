"""A job that a build would do: which rule, for what, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

LAYERS = (
    *("data", "check", "theory_figures", "train", "analyse", "draw", "tangle", "document", "theory_document"),
    "publish",
)
"""The rules, each after those whose results it may be made from."""


@dataclass(frozen=True)
class Job:
    """A job of a plan."""

    rule: str
    wildcards: Mapping[str, str]
    """What the rule is applied to: an experiment and a seed, or a data set."""
    reasons: tuple[str, ...]
    """Why it must be done, in words."""

    priority: int = 0
    """Those with a higher one start first."""

    @property
    def place(self) -> tuple[int, int, str, list[tuple[int, str]]]:
        """Where it stands in a plan: what others need first, then the urgent, then by name, numbers by their size."""
        numbers = [(len(value), value) for value in self.wildcards.values()]
        return LAYERS.index(self.rule), -self.priority, self.rule, numbers

    @property
    def makes_a_run(self) -> bool:
        """Whether it trains, or analyses: what may take hours, and is never started unasked."""
        return self.rule in ("train", "analyse")

    @property
    def fetches(self) -> bool:
        return self.rule == "data"

    @property
    def name(self) -> str:
        """For instance "train gan, seed 0"."""
        subject = ", seed ".join(self.wildcards.values())
        return f"{self.rule.replace('_', ' ')}{' ' + subject if subject else ''}"

    def __str__(self) -> str:
        """For instance "train gan, seed 0: texloom/training/loop.py changed"."""
        return f"{self.name}: {'; '.join(self.reasons)}"

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(stored["rule"], stored["wildcards"], tuple(stored["reasons"]), stored["priority"])


NEW, GONE, INSTALLED, MEANWHILE = " (new)", " (gone)", " (installed)", " (changed while it was read)"
IMPORTED, NOT_IMPORTED = " (imported now)", " (no longer imported)"
STATES = (NEW, GONE, INSTALLED, MEANWHILE, IMPORTED, NOT_IMPORTED)
"""What stands after a name that has not just changed."""


def changed(names: Sequence[str], shown: int = 3) -> str:
    """The reason that these files, or other parts of what something is made from, have changed."""
    told = names[:shown]
    plain, stated = ([name for name in told if name.endswith(STATES) == state] for state in (False, True))
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    if not stated:
        return f"{', '.join(told)}{more} changed"
    return ", ".join([*([f"{', '.join(plain)} changed"] if plain else []), *stated]) + more
