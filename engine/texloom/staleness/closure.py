"""The import closure: all modules of project and engine that a module imports, directly or indirectly."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import get_args

import grimp
import grimp.exceptions

from texloom.errors import ReportError
from texloom.results.utf8 import read_utf8
from texloom.staleness.code import Counted, read_by
from texloom.staleness.packages import package_folder

REPORT = ("experiments", "theory")
PACKAGES = (*REPORT, "texloom")


@cache
def import_graph(packages: Sequence[str] = PACKAGES) -> grimp.ImportGraph:
    """The import graph of the project, read from the source without running it.

    Imports for type checkers are left out. Third-party packages are included by their top-level names, without their
    own imports.
    Raises ReportError for a module that is not valid Python or not UTF-8, and for a module of the report outside any
    package.
    """
    for package in sorted({*packages} & {*REPORT}):
        refuse_modules_outside_packages(package_folder(package))
    try:
        return grimp.build_graph(
            *packages, cache_dir=None, exclude_type_checking_imports=True, include_external_packages=True
        )
    except grimp.exceptions.SourceSyntaxError as error:
        path = Path(error.filename)
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        raise ReportError(f"{shown}:{error.lineno}", f"is not Python: {(error.text or '').strip()}") from None
    except UnicodeError:
        for package in packages:
            for path in sorted(package_folder(package).rglob("*.py")):
                read_utf8(path)  # raises an error that names the place
        raise


def refuse_modules_outside_packages(folder: Path) -> None:
    """Raise ReportError for a folder with modules but no __init__.py: Python imports them, the graph lacks them.

    Folders whose names are not valid in an import statement, such as .ipynb_checkpoints, are ignored.
    """
    if not folder.is_dir():
        return
    modules = sorted(path.name for path in folder.glob("*.py"))
    if modules and not (folder / "__init__.py").exists():
        raise ReportError(
            folder,
            f"has {modules[0]} but no __init__.py, so changes of its modules would go unnoticed",
            f"add an empty {folder / '__init__.py'}",
        )
    for below in sorted(folder.iterdir()):
        if below.name.isidentifier():
            refuse_modules_outside_packages(below)


def reachable(module: str, graph: grimp.ImportGraph, without: Collection[str] = ()) -> set[str]:
    """`module`, all modules that it imports directly or indirectly, and the packages that contain them.

    without: modules to leave out, together with whatever is reached only through them.
    """
    reached, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name in reached or name in without:
            continue
        reached.add(name)
        waiting += graph.find_modules_directly_imported_by(name)
        waiting += [name.rpartition(".")[0]] if "." in name else []
    return reached


def modules(module: str, graph: grimp.ImportGraph, without: Collection[str] = ()) -> set[str]:
    """The reachable modules that belong to the project or the engine."""
    return {name for name in reachable(module, graph, without) if not graph.is_module_squashed(name)}


def external(module: str, graph: grimp.ImportGraph, without: Collection[str] = ()) -> set[str]:
    """The top-level third-party and standard-library packages that the closure of a module imports directly."""
    return {name.partition(".")[0] for name in reachable(module, graph, without) if graph.is_module_squashed(name)}


def counted(names: Collection[str], graph: grimp.ImportGraph) -> Counted:
    """Return which parts of a result's modules count: every part that any of its modules of the report may read.

    Project modules imported from outside the graph are not analysed; they are assumed to read texts.
    """
    own = [name for name in names if name.partition(".")[0] in REPORT]
    imported = {each for name in own for each in graph.find_modules_directly_imported_by(name)}
    outside = {name for name in imported if graph.is_module_squashed(name)}
    unseen = any(Path(name).is_dir() or Path(f"{name}.py").is_file() for name in outside)
    found: list[Counted] = ["texts" if unseen else "code", *(read_by(source_path(name)) for name in own)]
    return max(found, key=get_args(Counted).index)


@cache
def distributions() -> dict[str, list[str]]:
    """The installed distributions by the top-level packages that they provide; without the standard library."""
    return {package: list(names) for package, names in metadata.packages_distributions().items()}


def children(package: str) -> list[str]:
    """The modules of a package that are not packages, sorted."""
    return sorted(f"{package}.{path.stem}" for path in source_path(package).parent.glob("[!_]*.py"))


def import_path(module: str) -> str:
    """The file of a module, relative to the folder of its top-level package: texloom/results/runs.py."""
    package = module.partition(".")[0]
    return source_path(module).relative_to(package_folder(package).parent).as_posix()


def module_of(path: str) -> str:
    """The module name for a path that `import_path` returned."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def source_path(module: str) -> Path:
    """The file of a module; of a package, its __init__.py. Relative to the current folder, which is the project's."""
    package, *rest = module.split(".")
    base = package_folder(package).joinpath(*rest)
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
