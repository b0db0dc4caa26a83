"""What of a module's source can change a result: its syntax tree, mostly without the texts that only people read.

Comments and layout never count. Docstrings and the texts of raised errors are left out only where nothing that a result
reaches reads them: `float(str(error))` and `function.__doc__` are values like any other.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from texloom.errors import ReportError, WayOut

Counted = Literal["code", "texts", "source"]
"""What of a module counts: its code, that and its texts, or the file as it is written. Each holds those before it."""

READ_TEXTS = {
    *("__doc__", "getdoc", "docopt", "ply", "use_attribute_docstrings"),
    *("exc_info", "exception", "return_exceptions", "excepthook", "last_value", "last_exc", "traceback", "format_exc"),
    *("__exit__", "__aexit__", "__context__", "__cause__", "add_done_callback"),
}
"""Names of what reads docstrings or errors."""
READ_SOURCE = {
    *("inspect", "linecache", "getsource", "getcomments", "findsource"),
    *("co_firstlineno", "co_lines", "f_lineno", "tb_lineno", "lineno"),
}
"""Names of what reads source, or asks in which line it stands."""
BRING_CODE = {"importlib", "import_module", "__import__", "runpy", "exec", "eval"}
"""Names of what brings in code that nobody has looked at, and that may read texts."""

RAISED = {
    name
    for name, each in vars(builtins).items()
    if isinstance(each, type) and issubclass(each, Exception) and not name.startswith("Stop")
}
"""Python's errors, whose constructors do nothing with a text but keep it. Those that end a loop carry a value."""

ENGINE_RAISES = {ReportError.__name__, WayOut.__name__}


def code_digest(path: Path, functions: Collection[str] = (), counted: Counted = "texts") -> str:
    """sha256 of what counts of a module; functions: count these alone, of all if there are none.

    Raises SyntaxError for what is no Python.
    """
    return _digest(path.read_bytes(), tuple(functions), counted)


def code_digests(path: Path) -> set[str]:
    """The digests of a whole module, whatever of it counts: keys differ in that."""
    return {code_digest(path, counted=each) for each in get_args(Counted)}


def read_by(path: Path) -> Counted:
    """What of modules counts that belong to the same result as this one, for what it reads of them."""
    return _read_by(path.read_bytes())


@cache
def _digest(source: bytes, functions: tuple[str, ...], counted: Counted) -> str:
    """The same of a text, kept, for most modules belong to many runs."""
    tree = ast.parse(source)
    if counted == "source" and not functions:
        return hashlib.sha256(source).hexdigest()
    errors = _names_of_errors(tree)
    if functions:
        tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in functions]
    return hashlib.sha256(ast.dump(_Code(errors).visit(tree) if counted == "code" else tree).encode()).hexdigest()


@cache
def _read_by(source: bytes) -> Counted:
    nodes = [*ast.walk(ast.parse(source))]
    names = {name for node in nodes for name in _names(node)}
    if not names.isdisjoint(READ_SOURCE):
        return "source"
    handlers = any(_uses(node) for node in nodes if isinstance(node, ast.ExceptHandler))
    return "texts" if handlers or not names.isdisjoint(READ_TEXTS | BRING_CODE) else "code"


def _names(node: ast.AST) -> Iterator[str]:
    """The names in a node itself, also those that are asked for as texts: getattr(f, "__doc__")."""
    match node:
        case ast.Attribute(attr="exec" | "eval"):  # model.eval() runs no text
            return
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.Constant(value=str(name)):
            yield name
        case ast.alias(name=name) | ast.ImportFrom(module=str(name)):
            yield from name.split(".")
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name


def _uses(handler: ast.ExceptHandler) -> bool:
    """Whether a caught error is used otherwise than to raise another."""

    def used(node: ast.AST) -> bool:
        if isinstance(node, ast.Raise):
            return False
        return (isinstance(node, ast.Name) and node.id == handler.name) or any(map(used, ast.iter_child_nodes(node)))

    return handler.name is not None and any(map(used, handler.body))


def _names_of_errors(tree: ast.Module) -> frozenset[str]:
    """What a module calls Python's errors and the engine's, of which it means no others by these names."""
    bound = Counter(name for node in ast.walk(tree) for name in _bound(node))
    engine = {
        each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "texloom.errors"
        for each in node.names
        if each.asname is None and bound[each.name] == 1
    }
    python = {name for name in RAISED if not bound[name]}
    return frozenset() if bound["*"] else frozenset(python | engine & ENGINE_RAISES)


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a node binds itself."""
    match node:
        case ast.alias(name=name, asname=alias):
            yield alias or name
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name


class _Code(ast.NodeTransformer):
    """Leaves out statements that are only text, and the texts of raised errors."""

    def __init__(self, errors: Collection[str]) -> None:
        self.errors = errors

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """A text that is a statement: a docstring, of a module, a class, a function or a constant."""
        return None if _is_text(node.value) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """The texts that a raised error, or its cause, is made with here; all else in the statement can decide."""
        for raised in (node.exc, node.cause):
            self._empty_texts(raised)
        return self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        if node.msg is not None:
            node.msg = _emptied(node.msg)
        return self.generic_visit(node)

    def _empty_texts(self, call: ast.expr | None) -> None:
        """Those of a call of a known error, and of one that is an argument of it."""
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in self.errors:
            for argument in call.args:
                self._empty_texts(argument)
            call.args = [_emptied(argument) for argument in call.args]


def _emptied(argument: ast.expr) -> ast.expr:
    """The empty text for a text; of an f-string the values stay, for to compute them can do anything."""
    if isinstance(argument, ast.JoinedStr):
        return ast.JoinedStr([part for part in argument.values if not _is_text(part)])
    if isinstance(argument, ast.IfExp):
        return ast.IfExp(argument.test, _emptied(argument.body), _emptied(argument.orelse))
    return ast.Constant("") if _is_text(argument) else argument


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
