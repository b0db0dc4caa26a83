"""Read the author's text files in UTF-8, and parse Python and TOML."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

from texloom.errors import ReportError
from texloom.results.sealed import is_pipe


def read_utf8(path: Path) -> str:
    """The text of a file.

    Raises ReportError, with the line, if it is not UTF-8, or if it is a pipe; OSError if it cannot be read.
    """
    if is_pipe(path):
        raise ReportError(path, "is not a regular file", "replace it by the file")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found = f"is not UTF-8: byte 0x{error.object[error.start]:02x}"
        raise ReportError(f"{path}:{line}", found, "save it with that encoding") from None


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises ReportError if it is not UTF-8 or not TOML; OSError if it cannot be read."""
    return parse_toml(read_utf8(path), path)


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """The tables of the text of a TOML file. Raises ReportError if it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at line (\d+), column \d+\)", str(error))
        where = f"{path}:{found[1]}" if found else str(path)
        raise ReportError(where, f"is not TOML: {error}") from None


def read_python(path: Path) -> ast.Module:
    """The syntax tree of a module. Raises ReportError, with the line, if it is not UTF-8 or not valid Python."""
    try:
        return ast.parse(read_utf8(path))
    except SyntaxError as error:
        if error.lineno is None:  # a null character
            line = read_utf8(path).partition("\0")[0].count("\n") + 1
            raise ReportError(f"{path}:{line}", "is not Python: it has a null character", "remove it") from None
        raise ReportError(f"{path}:{error.lineno}", f"is not Python: {(error.text or '').strip()}") from None
