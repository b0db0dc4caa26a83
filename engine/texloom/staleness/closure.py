"""The import closure: the modules of project and engine that a module can reach, and so a result depends on."""

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
    """The imports of the project, read from the source without running it; imports for type checkers do not count.

    Packages of others are in it, too, by their top-level names and without their own imports.
    Raises ReportError for a module that is no Python or not UTF-8, and for one of the report that lies in no package.
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
                read_utf8(path)  # which says where
        raise


def refuse_modules_outside_packages(folder: Path) -> None:
    """Raise ReportError for a folder with modules and no __init__.py: Python imports them, the graph has none of them.

    Folders whose name no import statement can spell, as .ipynb_checkpoints, do not matter.
    """
    if not folder.is_dir():
        return
    modules = sorted(path.name for path in folder.glob("*.py"))
    if modules and not (folder / "__init__.py").exists():
        raise ReportError(
            folder,
            f"has {modules[0]} and no __init__.py, so that a change of its modules would be noticed by nothing",
            f"add an empty {folder / '__init__.py'}",
        )
    for below in sorted(folder.iterdir()):
        if below.name.isidentifier():
            refuse_modules_outside_packages(below)


def reachable(module: str, graph: grimp.ImportGraph, without: Collection[str] = ()) -> set[str]:
    """`module`, all it imports directly or indirectly, and the packages that importing them runs.

    without: modules that are left out, with what is reached only through them.
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
    """Those of project and engine among what a module can reach."""
    return {name for name in reachable(module, graph, without) if not graph.is_module_squashed(name)}


def external(module: str, graph: grimp.ImportGraph, without: Collection[str] = ()) -> set[str]:
    """The top-level packages of others, and of Python itself, that the closure of a module imports directly."""
    return {name.partition(".")[0] for name in reachable(module, graph, without) if graph.is_module_squashed(name)}


def counted(names: Collection[str], graph: grimp.ImportGraph) -> Counted:
    """What counts of modules that belong to one result: all that one of the report may read of them.

    Modules of the project that it imports from outside the graph are not looked at, and may read texts.
    """
    own = [name for name in names if name.partition(".")[0] in REPORT]
    imported = {each for name in own for each in graph.find_modules_directly_imported_by(name)}
    outside = {name for name in imported if graph.is_module_squashed(name)}
    unseen = any(Path(name).is_dir() or Path(f"{name}.py").is_file() for name in outside)
    found: list[Counted] = ["texts" if unseen else "code", *(read_by(source_path(name)) for name in own)]
    return max(found, key=get_args(Counted).index)


@cache
def distributions() -> dict[str, list[str]]:
    """The installed distributions by the top-level packages that they bring; Python's own are not among them."""
    return {package: list(names) for package, names in metadata.packages_distributions().items()}


def children(package: str) -> list[str]:
    """The modules of a package that are not packages, sorted."""
    return sorted(f"{package}.{path.stem}" for path in source_path(package).parent.glob("[!_]*.py"))


def import_path(module: str) -> str:
    """The file of a module as seen from where its top-level package lies: texloom/results/runs.py."""
    package = module.partition(".")[0]
    return source_path(module).relative_to(package_folder(package).parent).as_posix()


def module_of(path: str) -> str:
    """The module that a file is, by its path as `import_path` gives it."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def source_path(module: str) -> Path:
    """The file of a module; of a package, its __init__.py. Relative to the current folder, which is the project's."""
    package, *rest = module.split(".")
    base = package_folder(package).joinpath(*rest)
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
