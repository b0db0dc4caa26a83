"""Digests of the parts of a module's source that can change a result: its syntax tree, mostly without docstrings.

Comments and layout never count. Docstrings and error messages are left out only if no code that a result depends on
reads them: `float(str(error))` and `function.__doc__` are values like any other.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from texloom.errors import ReportError, WayOut

Counted = Literal["code", "errors", "texts", "source"]
"""Which parts of a module count: its code; also the messages of Python's own errors; also all texts, including
docstrings; the source file as a whole. Each level includes the ones before it."""

READ_TEXTS = {
    *("__doc__", "getdoc", "docopt", "ply", "use_attribute_docstrings"),
    *("exc_info", "exception", "return_exceptions", "excepthook", "last_value", "last_exc", "traceback", "format_exc"),
    *("__exit__", "__aexit__", "__context__", "__cause__", "add_done_callback"),
}
"""Names whose use may read docstrings or error messages."""
READ_SOURCE = {
    *("inspect", "linecache", "getsource", "getcomments", "findsource"),
    *("co_firstlineno", "co_lines", "f_lineno", "tb_lineno", "lineno"),
}
"""Names whose use may read source code or line numbers."""
BRING_CODE = {"importlib", "import_module", "__import__", "runpy", "exec", "eval"}
"""Names whose use may run code that was not analysed and may read texts."""

RAISED = {
    name
    for name, each in vars(builtins).items()
    if isinstance(each, type) and issubclass(each, Exception) and not name.startswith("Stop")
}
"""Python's exceptions whose constructors only store their message. StopIteration and similar exceptions
carry a value."""

GENERAL = {"Exception", "ExceptionGroup"}
"""The exceptions among them that can catch, or contain, the engine's errors."""
ENGINE_RAISES = {ReportError.__name__, WayOut.__name__}


DEEPEST = 50_000
"""Recursion limit: a few nested calls for each level of a syntax tree; the parser accepts some thousands of levels."""


def code_digest(path: Path, functions: Collection[str] = (), counted: Counted = "texts") -> str:
    """sha256 of the parts of a module that count; functions: only these functions, or the whole module if empty.

    Raises SyntaxError if the file is not valid Python.
    """
    return _digest(path.read_bytes(), tuple(functions), counted)


def code_digests(path: Path) -> set[str]:
    """The digests of a whole module, one for each choice of `Counted`: keys differ in this choice."""
    return {code_digest(path, counted=each) for each in get_args(Counted)}


def read_by(path: Path) -> Counted:
    """Which parts of modules this module may read; they count in all modules of the same result."""
    return _read_by(path.read_bytes())


@cache
def _digest(source: bytes, functions: tuple[str, ...], counted: Counted) -> str:
    """Digest of source text; cached, because most modules belong to many runs."""
    tree = ast.parse(source)
    if counted == "source" and not functions:
        return hashlib.sha256(source).hexdigest()
    errors = _names_of_errors(tree) - (RAISED if counted == "errors" else set())
    if functions:
        tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in functions]
    with _raised_limits():
        if counted in ("code", "errors"):
            tree = _Code(errors, asserted=counted == "errors").visit(tree)
        return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


@contextmanager
def _raised_limits() -> Iterator[None]:
    """Raise Python's limits for recursion and for digits of integers; the parser has limits of its own."""
    depth, digits = sys.getrecursionlimit(), sys.get_int_max_str_digits()
    sys.setrecursionlimit(max(depth, DEEPEST))
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.setrecursionlimit(depth)
        sys.set_int_max_str_digits(digits)


@cache
def _read_by(source: bytes) -> Counted:
    nodes = [*ast.walk(ast.parse(source))]
    names = {name for node in nodes for name in _names(node)}
    if not names.isdisjoint(READ_SOURCE):
        return "source"
    if not names.isdisjoint(READ_TEXTS | BRING_CODE):
        return "texts"
    with _raised_limits():
        handlers = [node for node in nodes if isinstance(node, ast.ExceptHandler) and _uses(node)]
    foreign = _foreign_names(nodes)
    if not all(_caught(handler) <= foreign for handler in handlers):
        return "texts"
    return "errors" if handlers else "code"


def _names(node: ast.AST) -> Iterator[str]:
    """The names in a node itself, including names given as strings: getattr(f, "__doc__")."""
    match node:
        case ast.Attribute(attr="exec" | "eval"):  # model.eval() runs no text
            return
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.Constant(value=str(name)):
            yield name
        case ast.alias(name=name) | ast.ImportFrom(module=str(name)):
            yield from name.split(".")
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name


def _caught(handler: ast.ExceptHandler) -> set[str]:
    """The names of the caught exceptions; for zipfile.BadZipFile the name of the module; "" for other expressions."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    roots = (kind.value if isinstance(kind, ast.Attribute) else kind for kind in kinds)
    return {root.id if isinstance(root, ast.Name) else "" for root in roots}


def _foreign_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Python's exceptions and names imported from libraries: the engine's errors are never instances of these."""
    bound = Counter(name for node in nodes for name in _bound(node))
    python = {name for name in RAISED - GENERAL if not bound[name]}
    own = ("experiments", "theory", "texloom")
    imported = set()
    for node in nodes:
        match node:
            case ast.ImportFrom(module=str(module), level=0, names=names) if module.partition(".")[0] not in own:
                imported |= {each.asname or each.name for each in names}
            case ast.Import(names=names):
                tops = {each.name.partition(".")[0]: each.asname for each in names}
                imported |= {asname or top for top, asname in tops.items() if top not in own}
    return python | {name for name in imported - {"builtins"} - GENERAL if bound[name] == 1}


def _uses(handler: ast.ExceptHandler) -> bool:
    """Whether a caught error is used for anything but raising another one."""

    def used(node: ast.AST) -> bool:
        if isinstance(node, ast.Raise):
            return False
        return (isinstance(node, ast.Name) and node.id == handler.name) or any(map(used, ast.iter_child_nodes(node)))

    return any(map(used, handler.body))


def _names_of_errors(tree: ast.Module) -> set[str]:
    """The names by which a module refers to Python's and the engine's errors, unless it binds these names itself."""
    bound = Counter(name for node in ast.walk(tree) for name in _bound(node))
    engine = {
        each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "texloom.errors"
        for each in node.names
        if each.asname is None and bound[each.name] == 1
    }
    python = {name for name in RAISED if not bound[name]}
    return set() if bound["*"] else python | engine & ENGINE_RAISES


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a node binds itself."""
    match node:
        case ast.alias(name=name, asname=alias):
            yield alias or name.partition(".")[0]
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name


class _Code(ast.NodeTransformer):
    """Removes statements that are only text, and the messages of raised errors."""

    def __init__(self, errors: Collection[str], *, asserted: bool) -> None:
        self.errors, self.asserted = errors, asserted

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Remove a docstring of a module, a class, a function or a constant."""
        return None if _is_text(node.value) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Empty the messages of a raised error and its cause; everything else in the statement may matter."""
        for raised in (node.exc, node.cause):
            self._empty_texts(raised)
        return self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        if node.msg is not None and not self.asserted:
            node.msg = _emptied(node.msg)
        return self.generic_visit(node)

    def _empty_texts(self, call: ast.expr | None) -> None:
        """Empty the texts in a call of a known error, and in such calls among its arguments."""
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in self.errors:
            for argument in call.args:
                self._empty_texts(argument)
            call.args = [_emptied(argument) for argument in call.args]


def _emptied(argument: ast.expr) -> ast.expr:
    """Replace a text by the empty text; an f-string keeps its values, because computing them can have side effects."""
    if isinstance(argument, ast.JoinedStr):
        return ast.JoinedStr([part for part in argument.values if not _is_text(part)])
    if isinstance(argument, ast.IfExp):
        return ast.IfExp(argument.test, _emptied(argument.body), _emptied(argument.orelse))
    return ast.Constant("") if _is_text(argument) else argument


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
