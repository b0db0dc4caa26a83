"""Check that the modules of an experiment define the required names, by parsing them, before any is imported."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from texloom.data import declared
from texloom.errors import ReportError
from texloom.manifest import STAGES, Manifest, Part, command_parts, load, place_in_part
from texloom.programs.inputs import input_files, program_candidates
from texloom.results.places import DEFAULT_FOLDER
from texloom.results.utf8 import read_python

OFFERED = {
    "__init__": ("DATA",),
    "config": ("Config",),
    "metrics": ("METRICS",),
    "figures": ("figures", "tables"),
    "train": ("train",),
    "analysis": ("analyse",),
}
"""The modules of an experiment, exactly one of STAGES among them, and the names that each must define."""


def check_experiment(name: str, without: Collection[str] = ()) -> None:
    """Check that an experiment is complete; `without` are modules that are not needed now.

    Raises ReportError for a missing module, for two stage modules, for a name that is not defined, and for data sets
    that are not written out or not declared.
    """
    if name in command_parts():
        check_program(name)
        return
    folder = Path("experiments", name)
    stages = [stage for stage in STAGES if (folder / f"{stage}.py").exists()]
    if len(stages) > 1:
        both = " and ".join(f"{stage}.py" for stage in stages)
        raise ReportError(folder, f"has {both}, but only one of them is allowed", "rename or remove the other")
    unneeded = {*STAGES, *without} - {*stages}
    for module, offered in OFFERED.items():
        if module not in unneeded:
            _check_module(folder / f"{module}.py", offered)
    declared.names(name)


def check_program(name: str) -> Part:
    """Check the command that makes an experiment's runs, and return its part.

    Raises ReportError for a program or an input that is missing, and if the experiment has modules of a run as well.
    """
    manifest = load()
    part, folder = manifest.experiments[name], Path("experiments", name)
    if modules := [path for stage in STAGES if (path := folder / f"{stage}.py").exists()]:
        what = f"experiment '{name}' has a command, and {modules[0]} also makes runs"
        raise ReportError(place_in_part(name, "command"), what, "remove one of them")
    list(program_candidates(part))  # raises for a missing one
    input_files(part, result_folders(manifest))
    if (figures := folder / "figures.py").exists():
        _check_module(figures, OFFERED["figures"])
    return part


def result_folders(manifest: Manifest) -> list[Path]:
    """The folders of results, in which no file is an input of a command."""
    return [Path(DEFAULT_FOLDER), *(Path(profile.folder) for profile in manifest.profiles.values())]


def _check_module(path: Path, offered: Iterable[str]) -> None:
    names = " and ".join(offered)
    if not path.exists():
        raise ReportError(path.parent, f"has no {path.name}", f"it must define {names}; make new NAME=x shows how")
    defined = set(_defined(read_python(path).body))
    missing = [name for name in offered if name not in defined]
    if missing and "*" not in defined:
        raise ReportError(path, f"does not define {' and '.join(missing)}", "make new NAME=x shows how")


def _defined(statements: Iterable[ast.AST]) -> Iterator[str]:
    """The names that statements bind in their own scope, also in branches; '*' for a star import."""
    waiting = [*statements]  # not recursive: a sum of many terms is nested deeper than Python's stack
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue  # its body has a scope of its own
        if isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        waiting += ast.iter_child_nodes(node)
