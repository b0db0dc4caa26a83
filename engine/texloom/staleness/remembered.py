"""Texts that are computed from other texts, kept between commands: parsing all modules takes longer than rendering."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from texloom.data.digests import best_effort

MOST = 5000
"""Entries that are kept; the oldest are dropped."""


@dataclass
class Remembered:
    """Results by key, stored in a file; a file that is missing, damaged or from another version counts as empty."""

    path: Path
    version: str
    """Identifies the code that computes the results, and whatever else they depend on besides the key."""
    _known: dict[str, str] | None = None
    _new: dict[str, str] = field(default_factory=dict)

    def get(self, key: str, compute: Callable[[], str]) -> str:
        """The result for a key, from the file or from `compute`. An exception of `compute` is passed on."""
        if self._known is None:
            self._known = self._load()
        if key not in self._known:
            self._known[key] = self._new[key] = compute()
        return self._known[key]

    def keep(self) -> None:
        """Store what was computed since, if the file's folder exists; if two processes write at once, one is lost."""
        if not self._new or not self.path.parent.is_dir():
            return
        kept = dict([*(self._load() | self._new).items()][-MOST:])
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}.partial")
        with best_effort(partial):
            partial.write_text(json.dumps({"version": self.version, "known": kept}), encoding="utf-8")
            partial.replace(self.path)
            self._new.clear()

    def _load(self) -> dict[str, str]:
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            known = stored["known"] if stored["version"] == self.version else {}
            return known if all(isinstance(value, str) for value in known.values()) else {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}
