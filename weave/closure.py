"""The import closure: the project's source files that a module can reach, and so a result depends on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import grimp

PACKAGES = ("experiments", "theory", "weave")


@cache
def import_graph(packages: Sequence[str] = PACKAGES) -> grimp.ImportGraph:
    """The imports of the project, read from the source without running it; imports for type checkers do not count."""
    return grimp.build_graph(*packages, cache_dir=None, exclude_type_checking_imports=True)


def modules(module: str, graph: grimp.ImportGraph) -> set[str]:
    """`module`, all it imports directly or indirectly, and the packages that importing them runs."""
    reached, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        waiting += graph.find_modules_directly_imported_by(name)
        waiting += [name.rpartition(".")[0]] if "." in name else []
    return reached


def source_files(module: str, root: Path = Path(), graph: grimp.ImportGraph | None = None) -> list[Path]:
    """The files of the closure of `module`, sorted, relative to `root`."""
    return sorted(_path(name, root) for name in modules(module, graph or import_graph()))


def _path(module: str, root: Path) -> Path:
    path = Path(*module.split("."))
    return path / "__init__.py" if (root / path).is_dir() else path.with_suffix(".py")
