"""Convert modules to cells: the docstring as prose, the code in cells that run in the module's namespace."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from texloom.notebook.chapters import Module

CELL_LINES = 30
"""Largest number of lines of a cell that contains several constants or definitions."""


def prose(identity: str, text: str) -> NotebookNode:
    """A Markdown cell."""
    return new_markdown_cell(text.strip(), id=identity)


def heading(module: Module) -> NotebookNode:
    """The cell above the code of a module: its name, docstring and file."""
    return prose(f"{module.identity}-text", f"## {module.title}\n\n{module.prose}\n\n`{module.path.as_posix()}`")


def module_cells(module: Module) -> list[NotebookNode]:
    """The code of a module as cells that run in its namespace; paragraphs of comments become prose."""
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
    """The content of one cell."""

    kind: Literal["imports", "constants", "definitions", "prose"]
    source: str

    @classmethod
    def of(cls, paragraph: NotebookNode) -> Piece:
        """Convert a paragraph of a module, as jupytext reads it."""
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
        """Whether the other piece should be put into the same cell."""
        if self.kind != other.kind or self.kind == "prose":
            return False
        return self.kind == "imports" or self.lines + other.lines <= CELL_LINES


def split(code: str) -> list[Piece]:
    """Split code into pieces for cells: imports, constants, definitions; short consecutive ones are joined."""
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
