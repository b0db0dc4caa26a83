"""The modules of an experiment as chapters of its notebook: their contents and their order."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

from texloom.errors import ReportError
from texloom.staleness.closure import source_path


@dataclass(frozen=True)
class Module:
    """A module of the project, with its source."""

    name: str
    path: Path
    source: str

    @classmethod
    def read(cls, name: str) -> Module:
        path = source_path(name)
        return cls(name, path, path.read_text(encoding="utf-8"))

    @property
    def prose(self) -> str:
        return ast.get_docstring(ast.parse(self.source)) or ""

    @property
    def code(self) -> str:
        """The source after the docstring."""
        skipped = (ast.parse(self.source).body[0].end_lineno or 0) if self.prose else 0
        return "\n".join(self.source.splitlines()[skipped:])

    @property
    def title(self) -> str:
        """The last part of the name, in words."""
        return self.name.rpartition(".")[2].replace("_", " ").capitalize()

    @property
    def identity(self) -> str:
        """The prefix of the ids of its cells."""
        return self.path.stem.strip("_")


def chapter_order(package: str, graph: grimp.ImportGraph) -> list[str]:
    """The modules of a package, each after those that it imports; evaluation as late as possible, figures last.

    Raises ReportError, with the cycle, for modules that import each other.
    """
    modules = graph.find_children(package)
    sorter = TopologicalSorter({each: graph.find_modules_directly_imported_by(each) & modules for each in modules})
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " imports ".join(name.rpartition(".")[2] for name in reversed(error.args[1]))
        what = f"the notebook's chapters cannot be ordered: {circle}"
        raise ReportError(Path(*package.split(".")), what, "move what they share to another module") from None
    order, ready = [], set()
    while sorter.is_active():
        ready |= set(sorter.get_ready())
        first = min(ready, key=_place)
        ready.remove(first)
        order.append(first)
        sorter.done(first)
    return order


def _place(module: str) -> tuple[bool, bool, str]:
    name = module.rpartition(".")[2]
    return name == "figures", name in ("evaluation", "train", "analysis"), name
