"""Prose and code as cells: a module's docstring above its code, in cells that run in the module's namespace."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from texloom.notebook.chapters import Module

CELL_LINES = 30
"""Constants, or definitions, that follow each other share a cell of at most so many lines."""


def prose(identity: str, text: str) -> NotebookNode:
    """Markdown as a cell."""
    return new_markdown_cell(text.strip(), id=identity)


def heading(module: Module) -> NotebookNode:
    """What stands above the code of a module: its name, its docstring, its file."""
    return prose(f"{module.identity}-text", f"## {module.title}\n\n{module.prose}\n\n`{module.path.as_posix()}`")


def module_cells(module: Module) -> list[NotebookNode]:
    """The code of a module as cells that run in its namespace; paragraphs of comments between them as prose."""
    cells = []
    for number, piece in enumerate(split(module.code), start=1):
        identity = f"{module.identity}-{number}"
        if piece.kind == "prose":
            cells.append(prose(identity, piece.source))
        else:
            cells.append(new_code_cell(f"%%module {module.name}\n{piece.source}", id=identity))
    return cells


@dataclass
class Piece:
    """Code that belongs into one cell."""

    kind: Literal["imports", "constants", "definitions", "prose"]
    source: str

    @classmethod
    def of(cls, paragraph: NotebookNode) -> Piece:
        """A paragraph of a module as jupytext reads it."""
        if paragraph.cell_type == "markdown":
            return cls("prose", paragraph.source)
        first = ast.parse(paragraph.source).body[0]
        if isinstance(first, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return cls("definitions", paragraph.source)
        statements = first.body if isinstance(first, ast.If) else [first]  # if TYPE_CHECKING:
        imports = all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in statements)
        return cls("imports" if imports else "constants", paragraph.source)

    @property
    def lines(self) -> int:
        return len(self.source.splitlines())

    def takes(self, other: Piece) -> bool:
        """Whether a cell reads better with the other piece in it, too."""
        if self.kind != other.kind or self.kind == "prose":
            return False
        return self.kind == "imports" or self.lines + other.lines <= CELL_LINES


def split(code: str) -> list[Piece]:
    """Code in pieces for cells: imports, constants, definitions; short ones that follow each other go together."""
    pieces: list[Piece] = []
    for paragraph in jupytext.reads(code, "py:light").cells:
        if not paragraph.source.strip():
            continue
        piece = Piece.of(paragraph)
        if pieces and pieces[-1].takes(piece):
            gap = "\n\n\n" if piece.kind == "definitions" else "\n\n"
            pieces[-1] = Piece(piece.kind, pieces[-1].source + gap + piece.source)
        else:
            pieces.append(piece)
    return pieces
