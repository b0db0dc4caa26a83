"""The files that a command reads, as report.toml declares them, and the program that it starts."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from texloom.errors import ReportError
from texloom.manifest import Part, place_in_part

VERSION_SECONDS = 5
LONGEST = 100
"""Maximum length of the version of a program."""


def text_of(part: Part) -> str:
    """The command as one would type it in a shell."""
    return shlex.join(part.command)


def input_files(part: Part, results: Collection[Path] = ()) -> list[Path]:
    """The files of the report that the command reads, sorted: those that match `inputs`, and those that it names.

    results: folders of results, whose files are never inputs. Raises ReportError for a pattern that matches no file.
    """
    found = {Path(word) for word in part.command if _is_file(word) and _is_below(Path(word))}
    for pattern in part.inputs:
        matched = {path for path in Path().glob(pattern) if path.is_file() and not _is_generated(path, results)}
        if not matched:
            folder = f"; for all files of a folder: '{pattern.rstrip('/')}/**/*'" if Path(pattern).is_dir() else ""
            what = f"the pattern '{pattern}' of inputs matches no file"
            way_out = f"patterns are relative to the folder of report.toml{folder}"
            raise ReportError(place_in_part(part.name, "inputs"), what, way_out)
        found |= matched
    return sorted(found)


def program_candidates(part: Part) -> Iterator[Path]:
    """The paths at which the program is looked for, in order; the last one is started.

    Raises ReportError if there is no such program.
    """
    name = part.command[0]
    folders = [""] if "/" in name else os.get_exec_path()
    for path in (Path(folder, name) for folder in folders):
        yield path
        if path.is_file() and os.access(path, os.X_OK):
            return
    where = place_in_part(part.name, "command")
    if Path(name).is_file():
        what = f"the file '{name}' is not executable" if "/" in name else f"there is no program '{name}'"
        way_out = f"chmod +x {name}" if "/" in name else f'the file of the report is "./{name}"'
        raise ReportError(where, what, way_out)
    raise ReportError(
        where,
        f"there is no program '{name}'" + ("" if "/" in name else " in the folders of PATH"),
        f'install it, or correct the command: command = ["{name}", …]',
    )


def version_of(program: Path) -> str:
    """The first line that a program prints for `--version`; empty for a file of the report, which may lack it."""
    if _is_below(program):
        return ""
    with tempfile.TemporaryDirectory() as empty, suppress(OSError, subprocess.TimeoutExpired):
        finished = subprocess.run(
            [program.absolute(), "--version"],
            cwd=empty,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=VERSION_SECONDS,
        )
        lines = (finished.stdout or finished.stderr).strip().splitlines()
        return lines[0][:LONGEST] if lines and finished.returncode == 0 else ""
    return ""


def _is_file(word: str) -> bool:
    """Whether a word of the command is a file. A word may be a whole script, which no file system accepts as a name."""
    with suppress(OSError):
        return Path(word).is_file()
    return False


def _is_below(path: Path) -> bool:
    """Whether a file lies in the folder of the report."""
    return path.absolute().is_relative_to(Path.cwd()) and ".." not in path.parts


def _is_generated(path: Path, results: Collection[Path]) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return hidden or "__pycache__" in path.parts or any(path.is_relative_to(folder) for folder in results)
