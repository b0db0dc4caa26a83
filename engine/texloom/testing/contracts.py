"""A contract for import-linter: modules that return nothing, so that no result can depend on what they do."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

from texloom.staleness.closure import source_path
from texloom.staleness.identity import RETURN_NOTHING

Function = ast.FunctionDef | ast.AsyncFunctionDef
NOTHING = {"None", "NoReturn", "Never", "Self"}


class ReturnsNothing(Contract):
    """Each public function of the modules that no run's identity holds returns None or an object of its own module."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002
        found = {name: list(value_returning(source_path(name))) for name in RETURN_NOTHING}
        return ContractCheck(kept=not any(found.values()), metadata=found)

    def render_broken_contract(self, check: Any) -> None:
        for module, functions in check.metadata.items():
            for line, function, returned in functions:
                output.print_error(f"- {source_path(module)}:{line}: {module}.{function} returns {returned}")
        output.new_line()


def value_returning(path: Path) -> Iterator[tuple[int, str, str]]:
    """The public functions and methods of a file that may return a value, as line, name and annotation.

    None, exceptions, and objects of the module's own classes are no values: what a class offers is looked at as well.
    """
    tree = ast.parse(path.read_bytes())
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    allowed = NOTHING | classes.keys() | {name for name in dir(builtins) if _is_exception(getattr(builtins, name))}
    for prefix, body in [("", tree.body), *((f"{name}.", node.body) for name, node in classes.items())]:
        for function in body:
            if isinstance(function, Function) and not function.name.startswith("_"):
                returned = function.returns
                if returned is None or not _names(returned) <= allowed:
                    yield function.lineno, prefix + function.name, ast.unparse(returned) if returned else "anything"


def _is_exception(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, BaseException)


def _names(annotation: ast.expr) -> set[str]:
    """The types of a union; of anything more complicated, its text, which is no name."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _names(annotation.left) | _names(annotation.right)
    return {ast.unparse(annotation)}
