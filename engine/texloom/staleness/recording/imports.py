"""Record all imports, including failing ones, by a finder that Python asks first and that never finds anything."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

IMPORTS = "texloom.imports"
"""The audit event: a module's name and the folders that are searched; None for Python's whole path."""


class ReportingFinder:
    """A finder that raises an audit event for each import and finds nothing."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, _target: Any = None) -> None:
        sys.audit(IMPORTS, name, path)


def install() -> None:
    """Make it the first finder, for the lifetime of this process."""
    sys.meta_path.insert(0, ReportingFinder)
