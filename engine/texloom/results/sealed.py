"""Sealed JSON files: each contains a digest of its own content, so that changes are noticed.

A seal shows that a file is as its stage wrote it; it is not a signature and can be forged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from texloom.errors import ReportError

SEAL = "seal"
"""The key of the digest."""


def is_pipe(path: Path) -> bool:
    """Whether a path exists and is neither file nor folder: reading a pipe would block forever."""
    return path.exists() and not path.is_file() and not path.is_dir()


def file_digest(path: Path) -> str:
    """sha256 of a file; empty, as for a missing file, if it is a pipe or another special file."""
    if is_pipe(path):
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON with its seal, completely or not at all."""
    content = json.loads(json.dumps(content))  # as it is read back: lists for tuples, strings for keys
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    write_json(partial, {**content, SEAL: _digest(content)})
    partial.replace(path)


def write_json(path: Path, content: Any) -> None:
    """Write JSON in UTF-8; bytes of file names that are not UTF-8 are written as escapes."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def read_sealed(path: Path) -> dict[str, Any]:
    """The content as it was written, without the seal.

    Raises FileNotFoundError, and ReportError if the file was changed.
    """
    try:
        content = {} if is_pipe(path) else json.loads(path.read_text(encoding="utf-8"))
        seal = content.pop(SEAL, "")
    except (ValueError, AttributeError, TypeError):  # truncated, or not a JSON object
        seal, content = "", {}
    if seal != _digest(content):
        raise ReportError(path, "was changed after it was written", f"remove it ({path}) and run make again")
    return content


def is_intact(path: Path) -> bool:
    """Whether a sealed file exists and is as it was written."""
    try:
        read_sealed(path)
    except (FileNotFoundError, ReportError):
        return False
    return True


def seal_of(path: Path) -> str:
    """The seal stored in a sealed file, without checking it; empty if there is none."""
    try:
        return "" if is_pipe(path) else str(json.loads(path.read_text(encoding="utf-8"))[SEAL])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
