"""The author's text files, which are UTF-8, and the Python and TOML among them."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

from texloom.errors import ReportError
from texloom.results.sealed import is_pipe


def read_utf8(path: Path) -> str:
    """The text of a file.

    Raises ReportError, with the line, where it is not UTF-8, or where it is a pipe; OSError where it cannot be read.
    """
    if is_pipe(path):
        raise ReportError(path, "is no file", "put the file in its place")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found = f"is not UTF-8: byte 0x{error.object[error.start]:02x}"
        raise ReportError(f"{path}:{line}", found, "save it with that encoding") from None


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file. Raises ReportError where it is not UTF-8 or no TOML; OSError where it cannot be read."""
    return parse_toml(read_utf8(path), path)


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """The tables of a file's text. Raises ReportError where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReportError(path, f"is not TOML: {error}") from None


def read_python(path: Path) -> ast.Module:
    """The syntax of a module. Raises ReportError, with the line, where it is not UTF-8 or no Python."""
    try:
        return ast.parse(read_utf8(path))
    except SyntaxError as error:
        raise ReportError(f"{path}:{error.lineno}", f"is not Python: {(error.text or '').strip()}") from None
