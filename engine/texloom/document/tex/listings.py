"""Code listings, taken from the source of modules by name, with file and line."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

from texloom.document.tex.latex import TeX, escape
from texloom.document.words import say
from texloom.errors import ReportError, closest
from texloom.results.utf8 import read_utf8


def find_source(module: str, name: str, root: Path = Path()) -> tuple[str, Path, int]:
    """The dedented source of a function or class of a module, with its file and first line; nothing is imported.

    `name` may be nested: "Config.smoke". Raises ReportError, with the closest name, for an unknown module or name.
    """
    path = Path(*module.split(".")).with_suffix(".py")
    try:
        text = read_utf8(root / path)
    except FileNotFoundError:
        known = sorted(file.stem for file in (root / path.parent).glob("*.py") if file.stem != "__init__")
        raise ReportError("", f"listing: there is no module {path}", closest(path.stem, known)) from None
    scope: ast.AST = ast.parse(text)
    for step in name.split("."):
        known_here = _definitions(scope)
        if step not in known_here:
            raise ReportError("", f"listing: {path} does not define '{step}'", closest(step, known_here))
        scope = known_here[step]
    assert isinstance(scope, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
    first = min([scope.lineno, *(decorator.lineno for decorator in scope.decorator_list)])
    lines = text.splitlines()[first - 1 : scope.end_lineno]
    return textwrap.dedent("\n".join(lines)), path, first


def _definitions(scope: ast.AST) -> dict[str, ast.AST]:
    kinds = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
    return {node.name: node for node in ast.iter_child_nodes(scope) if isinstance(node, kinds)}


def listing(module: str, name: str, caption: str, label: str) -> TeX:
    """A listing environment; the caption ends with the file and line of the code."""
    source, path, line = find_source(module, name)
    shown = escape(path.as_posix()).replace("/", r"/\allowbreak{}")
    place = rf"\texttt{{{shown}}}, {say('line')}~{line}"
    options = rf"caption={{{caption} ({place})}}, label={{{label}}}, firstnumber={line}"
    return TeX(f"\\begin{{lstlisting}}[{options}]\n{source}\n\\end{{lstlisting}}")
