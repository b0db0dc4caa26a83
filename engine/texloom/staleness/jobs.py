"""Jobs of a build: which rule is run, for what, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

LAYERS = (
    *("data", "check", "theory_figures", "train", "analyse", "draw", "tangle", "document", "theory_document"),
    "publish",
)
"""The rules, each after those whose results it may use."""


@dataclass(frozen=True)
class Job:
    """A job of a plan."""

    rule: str
    wildcards: Mapping[str, str]
    """What the rule is applied to: an experiment and a seed, or a data set."""
    reasons: tuple[str, ...]
    """Why it must be run, in words."""

    priority: int = 0
    """Jobs with a higher priority start first."""

    @property
    def place(self) -> tuple[int, int, str, list[tuple[int, str]]]:
        """Sort key in a plan: by layer, then by priority, then by name; numbers in numerical order."""
        numbers = [(len(value), value) for value in self.wildcards.values()]
        return LAYERS.index(self.rule), -self.priority, self.rule, numbers

    @property
    def makes_a_run(self) -> bool:
        """Whether it trains or analyses: this may take hours and is never started without being asked for."""
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


NEW, GONE, INSTALLED, DURING_STAGE = " (new)", " (gone)", " (installed)", " (changed while it was read)"
IMPORTED, NOT_IMPORTED = " (imported now)", " (no longer imported)"
STATES = (NEW, GONE, INSTALLED, DURING_STAGE, IMPORTED, NOT_IMPORTED)
"""Suffixes for names that changed in another way than by content, for instance because a file is new or gone."""


def changed(names: Sequence[str], shown: int = 3) -> str:
    """The reason that says which of these inputs changed; at most `shown` are named."""
    named = names[:shown]
    plain, stated = ([name for name in named if name.endswith(STATES) == state] for state in (False, True))
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    if not stated:
        return f"{', '.join(named)}{more} changed"
    return ", ".join([*([f"{', '.join(plain)} changed"] if plain else []), *stated]) + more
