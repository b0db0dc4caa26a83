"""The packages that a notebook installs outside a project: those its modules import, in the lock's versions."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from texloom.errors import ReportError
from texloom.staleness.closure import PACKAGES
from texloom.staleness.locked import entries

LOCK = Path("requirements.lock")


def requirements(files: Iterable[Path], lock: Path = LOCK) -> dict[str, list[str]]:
    """The lines of the lock, without hashes, that install each third-party module imported by the files.

    Raises ReportError for a module that no package in the lock provides.
    """
    locked: dict[str, list[str]] = {}
    for entry in entries(lock.read_text(encoding="utf-8")):
        locked.setdefault(entry.name, []).append(str(entry.requirement))
    distributions = metadata.packages_distributions()
    wanted = {}
    for module in sorted({name for path in files for name in foreign_imports(path.read_text(encoding="utf-8"))}):
        names = distributions.get(module, [module])
        wanted[module] = [line for name in names for line in locked.get(canonicalize_name(name), [])]
        if not wanted[module]:
            raise ReportError(lock, f"has no package that provides '{module}'", "CONTRIBUTING.md: a new dependency")
    return wanted


def foreign_imports(source: str) -> Iterator[str]:
    """The top-level names of the imported third-party modules."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for top in (name.partition(".")[0] for name in names):
            if top not in PACKAGES and top not in sys.stdlib_module_names:
                yield top
