"""What of a module's source can change a result: its syntax tree, without the texts that only people read."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from texloom.errors import WayOut


def code_digest(path: Path, functions: Collection[str] = ()) -> str:
    """sha256 of the code in a file: docstrings, comments, layout and the texts of errors do not count.

    functions: count these alone, of all if there are none. Raises SyntaxError for what is no Python.
    """
    return _digest(path.read_bytes(), tuple(functions))


@cache
def _digest(source: bytes, functions: tuple[str, ...]) -> str:
    """The same of a text, kept, for most modules belong to many runs."""
    tree = ast.parse(source)
    if functions:
        tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in functions]
    return hashlib.sha256(ast.dump(_Code().visit(tree)).encode()).hexdigest()


class _Code(ast.NodeTransformer):
    """Leaves out statements that are only text, and empties the texts of errors."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """A text that is a statement: a docstring, of a module, a class, a function or a constant."""
        return None if _is_text(node.value) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Of a raised call, the arguments that are a text as it stands; all else in the statement can decide."""
        if isinstance(node.exc, ast.Call):
            _empty_texts(node.exc)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """The same of an error, or its way out, that is made in one place and raised in another."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name.endswith(("Error", WayOut.__name__)):
            _empty_texts(node)
        return self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.msg = None
        return self.generic_visit(node)


def _empty_texts(call: ast.Call) -> None:
    call.args = [_emptied(argument) for argument in call.args]
    for keyword in call.keywords:
        keyword.value = _emptied(keyword.value)


def _emptied(argument: ast.expr) -> ast.expr:
    """Nothing for a text, the values in an f-string included; of one of two texts, what decides between them stays."""
    if isinstance(argument, ast.IfExp):
        return ast.IfExp(argument.test, _emptied(argument.body), _emptied(argument.orelse))
    return ast.Constant("") if _is_text(argument) or isinstance(argument, ast.JoinedStr) else argument


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
