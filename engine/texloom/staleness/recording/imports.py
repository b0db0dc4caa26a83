"""Imports, also those that find nothing: the first finder that Python asks tells of each and finds none itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

IMPORTS = "texloom.imports"
"""The audit event: a module's name and the folders in which it is looked for; None for Python's whole path."""


class Telling:
    """A finder that finds nothing."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, _target: Any = None) -> None:
        sys.audit(IMPORTS, name, path)


def install() -> None:
    """Let Python ask it first, for the life of this process."""
    sys.meta_path.insert(0, Telling)
