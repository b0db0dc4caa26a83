"""The import closure: the source files of project and engine that a module can reach, and so a result depends on."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import grimp

PACKAGES = ("experiments", "theory", "texloom")


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


def children(package: str) -> list[str]:
    """The modules of a package that are not packages, sorted."""
    return sorted(f"{package}.{path.stem}" for path in source_path(package).parent.glob("[!_]*.py"))


def source_files(module: str, graph: grimp.ImportGraph | None = None) -> list[Path]:
    """The files of the closure of `module`, sorted; those below the current folder relative to it."""
    return sorted(source_path(name) for name in modules(module, graph or import_graph()))


def import_path(module: str) -> str:
    """The file of a module as seen from where its top-level package lies: texloom/results/runs.py."""
    package = module.partition(".")[0]
    return source_path(module).relative_to(_package_folder(package).parent).as_posix()


def source_path(module: str) -> Path:
    """The file of a module; of a package, its __init__.py. Relative to the current folder, which is the project's."""
    package, *rest = module.split(".")
    base = _package_folder(package).joinpath(*rest)
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


def _package_folder(package: str) -> Path:
    """Where a top-level package lies: in the project, in the engine that is used in place, else where it is installed."""
    for folder in (Path(package), Path("engine", package)):
        if folder.is_dir():
            return folder
    spec = importlib.util.find_spec(package)
    assert spec and spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))
