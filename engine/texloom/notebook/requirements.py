"""What a notebook installs where there is no project around it: the lock's versions of what its modules import."""

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
    """The lines of the lock, without hashes, that install each foreign module which the files import.

    Raises ReportError for a module that the lock does not bring.
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
            raise ReportError(lock, f"brings nothing that offers '{module}'", "CONTRIBUTING.md: a new dependency")
    return wanted


def foreign_imports(source: str) -> Iterator[str]:
    """The top-level names of the modules that are neither the project's nor Python's."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for top in (name.partition(".")[0] for name in names):
            if top not in PACKAGES and top not in sys.stdlib_module_names:
                yield top
