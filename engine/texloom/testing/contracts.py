"""A contract for import-linter: certain modules return nothing, so that no result can depend on them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

from texloom.staleness.closure import source_path
from texloom.staleness.made_from import RETURN_NOTHING

Function = ast.FunctionDef | ast.AsyncFunctionDef
NOTHING = {"None", "NoReturn", "Never", "Self"}
TEXTS = {"__str__", "__repr__"}
EXCEPTIONS = {
    name for name, found in vars(builtins).items() if isinstance(found, type) and issubclass(found, BaseException)
}
Bound = TypeVar("Bound", ast.Name, ast.Attribute)


class ReturnsNothing(Contract):
    """The modules that are left out of runs' identities provide no values: see `values_offered`."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002
        found = {name: list(values_offered(source_path(name))) for name in RETURN_NOTHING}
        return ContractCheck(kept=not any(found.values()), metadata=found)

    def render_broken_contract(self, check: Any) -> None:
        for module, offered in check.metadata.items():
            for line, name, what in offered:
                output.print_error(f"- {source_path(module)}:{line}: {module}.{name} {what}")
        output.new_line()


def values_offered(path: Path) -> list[tuple[int, str, str]]:
    """The public values of a file, as line, name and description: constants, attributes, and results of functions.

    None, exceptions, and objects of the module's own classes do not count: the classes themselves are checked, too. Nor
    do names of types (TypeAlias), and the text and attributes of exceptions, which are messages.
    """
    tree = ast.parse(path.read_bytes())
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    allowed = NOTHING | classes.keys() | EXCEPTIONS
    found = [*_constants("", tree.body), *_returning("", tree.body, allowed)]
    for name, node in classes.items():
        found += _returning(f"{name}.", node.body, allowed)
        if not {ast.unparse(base) for base in node.bases} & EXCEPTIONS:
            found += [*_constants(f"{name}.", node.body), *_attributes(node)]
    return sorted(found)


def _returning(prefix: str, body: list[ast.stmt], allowed: set[str]) -> Iterator[tuple[int, str, str]]:
    """The public functions that may return a value; special methods are public, except __str__ and __repr__."""
    for function in body:
        if isinstance(function, Function) and _is_public(function.name) and function.name not in TEXTS:
            returned = function.returns
            if returned is None or not _names(returned) <= allowed:
                what = f"returns {ast.unparse(returned) if returned else 'anything'}"
                yield function.lineno, prefix + function.name, what


def _constants(prefix: str, body: list[ast.stmt]) -> Iterator[tuple[int, str, str]]:
    """The public names that are assigned in a module or class."""
    for statement in body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.annotation) == "TypeAlias":
            continue
        for name in _bound(statement, ast.Name):
            if _is_public(name.id):
                yield statement.lineno, prefix + name.id, "is a constant"


def _attributes(node: ast.ClassDef) -> Iterator[tuple[int, str, str]]:
    """The public attributes that methods assign to self."""
    for statement in ast.walk(node):
        for attribute in _bound(statement, ast.Attribute):
            if ast.unparse(attribute.value) == "self" and _is_public(attribute.attr):
                yield attribute.lineno, f"{node.name}.{attribute.attr}", "is an attribute"


def _bound(statement: ast.AST, kind: type[Bound]) -> Iterator[Bound]:
    """The targets of a kind in an assignment, including those within tuples."""
    single = isinstance(statement, ast.AnnAssign | ast.AugAssign)
    targets = [statement.target] if single else statement.targets if isinstance(statement, ast.Assign) else []
    for target in targets:
        for node in ast.walk(target):
            if isinstance(node, kind) and isinstance(node.ctx, ast.Store):
                yield node


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _names(annotation: ast.expr) -> set[str]:
    """The types of a union; for a more complicated annotation its text, which matches no name."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _names(annotation.left) | _names(annotation.right)
    return {ast.unparse(annotation)}
