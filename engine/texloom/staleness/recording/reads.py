"""What was read, as it is stored: paths seen from the project, digests, listings."""

# A hook is called often, and sees paths as texts:
# ruff: noqa: PTH100, PTH109, PTH111

from __future__ import annotations

import fnmatch
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GENERATED = {".venv", ".git", ".snakemake", "__pycache__", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints"}
"""Folders of a project that nobody edits."""
FOLDERS = "*/"
"""In a pattern: the folders, whatever they are called."""

Listing = dict[str, Any]
"""A folder's names that match one of the patterns between bars, sorted: {"pattern": "*.csv|*.txt", "names": […]}."""


def shown(path: str | os.PathLike[str], project: str = "") -> str:
    """A path as it is recorded: seen from the project, else from the user's folder, else whole.

    project: its folder, by default the current one; a stage may change that for a while.
    """
    whole, root, home = os.path.abspath(path), project or os.getcwd(), os.path.expanduser("~")
    for folder, prefix in ((root, ""), (home, "~/")):
        if whole == folder:
            return prefix.rstrip("/") or "."
        if whole.startswith(folder.rstrip("/") + "/") and folder != "/":
            return prefix + whole[len(folder.rstrip("/")) + 1 :]
    return whole


def found_at(name: str) -> Path:
    """The path of a recorded name."""
    return Path(name).expanduser()


def listing(folder: Path, pattern: str) -> Listing | None:
    """The names in a folder that match; hidden ones do not count. None where there is no folder."""
    wanted = pattern.split("|")
    try:
        with os.scandir(folder) as entries:
            found = [(each.name, FOLDERS in wanted and each.is_dir()) for each in entries]
    except OSError:
        return None
    names = [name for name, below in found if below or any(fnmatch.fnmatchcase(name, each) for each in wanted)]
    return {
        "pattern": pattern,
        "names": sorted(name for name in names if not name.startswith(".") and name not in GENERATED),
    }


@dataclass
class Reads:
    """What a stage has read."""

    files: dict[str, str | None] = field(default_factory=dict)
    """Each file's sha256, or None where it was looked for in vain."""
    folders: dict[str, list[Listing]] = field(default_factory=dict)
    """What was listed."""
    modules: dict[str, str] = field(default_factory=dict)
    """Modules of the project that were imported and that the import graph does not reach: digests of their code."""
    unsettled: list[str] = field(default_factory=list)
    """What changed between the first reading and the end of the stage."""
    unseen: list[str] = field(default_factory=list)
    """What could not be followed, and the author's line."""

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value}
