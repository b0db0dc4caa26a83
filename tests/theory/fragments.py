"""The fragments of `theory/`, for the tests in this folder."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

from texloom.document.checks import Check, checks_in
from texloom.manifest import theory_module

THEORY = Path(__file__).parents[2] / "theory"
WRITTEN = sorted(path for path in THEORY.glob("*.tex") if path.stem != "notation")
FRAGMENTS = [path for path in WRITTEN if theory_module(path.stem, THEORY.parent)]
"""The fragments that have checks; the conclusions have none, because they derive nothing."""


def module(fragment: Path) -> ModuleType:
    """The module with a fragment's checks and figures."""
    return importlib.import_module(f"theory.{fragment.stem}")


def checks() -> dict[str, Check]:
    """Every check of every fragment, by its label."""
    return {check.label: check for fragment in FRAGMENTS for check in checks_in(module(fragment))}
