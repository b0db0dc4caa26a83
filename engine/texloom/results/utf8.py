"""The author's text files, which are UTF-8."""

from __future__ import annotations

from pathlib import Path

from texloom.errors import ReportError


def read_utf8(path: Path) -> str:
    """The text of a file. Raises ReportError, with the line, where it is not UTF-8; OSError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found = f"is not UTF-8: byte 0x{error.object[error.start]:02x}"
        raise ReportError(f"{path}:{line}", found, "save it with that encoding") from None
