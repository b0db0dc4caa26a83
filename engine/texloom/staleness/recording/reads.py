"""The reads of a stage as they are stored: paths relative to the project, digests, listings."""

# The audit hook is called often and gets paths as strings:
# ruff: noqa: PTH100, PTH109, PTH111, PTH115, PTH116

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GENERATED = {
    *(".venv", ".git", ".snakemake", "__pycache__", ".ipynb_checkpoints", ".hypothesis", ".benchmarks"),
    *(".pytest_cache", ".ruff_cache", ".mypy_cache", ".import_linter_cache"),
}
"""Folders of a project that are generated, never edited."""
FOLDERS = "*/"
"""In a pattern: all folders; as in a shell, a pattern that ends with a slash matches folders only."""
HIDDEN = "."
"""In a pattern: names that begin with a dot match like others."""
NEVER = "!"
"""In a pattern, before a name: never match this name, for instance a folder of results."""
LITTER = (".DS_Store", "._*", ".localized", ".directory", ".#*", ".*.sw?", ".*~", ".~lock.*", ".nfs*", ".fuse_hidden*")
"""Hidden names that systems, editors and network drives create beside files."""

HOME = os.path.expanduser("~")
"""The user's home when this process started: a stage may set HOME to another folder later."""

Listing = dict[str, Any]
"""A folder's names that match one of the patterns between bars, sorted: {"pattern": "*.csv|*.txt", "names": […]}."""
PathState = dict[str, Any]
"""The result of querying a path without opening it: its "kind", the "size" of a file in bytes, the target of a "link".

Has only the keys that were asked for; a value is None if there is nothing.
"""


def absolute(path: str | os.PathLike[str]) -> str:
    """An absolute path with one leading slash, where Python keeps two."""
    return "/" + os.path.abspath(os.fsdecode(path)).lstrip("/")


def shown(path: str | os.PathLike[str], project: str = "", home: str = HOME) -> str:
    """A path as it is recorded: relative to the project, else to the user's home (~/), else absolute.

    project: the project's folder, by default the current one; a stage may change that for a while.
    """
    whole, root = absolute(path), project or os.getcwd()
    for folder, prefix in ((root, ""), (home, "~/")):
        if whole == folder:
            return prefix.rstrip("/") or "."
        if whole.startswith(folder.rstrip("/") + "/") and folder != "/":
            below = whole[len(folder.rstrip("/")) + 1 :]
            return f"./{below}" if below.startswith("~") and not prefix else prefix + below
    return whole


def recorded_path(name: str) -> Path:
    """The path of a recorded name."""
    return Path(HOME + name[1:] if name == "~" or name.startswith("~/") else name)


def listing(folder: Path, pattern: str) -> Listing | None:
    """The names in a folder that match; None if there is no folder."""
    wanted = pattern.split("|")
    hidden = HIDDEN in wanted
    of_folders = [each.removesuffix("/") for each in wanted if each.endswith("/")]
    of_all = [each for each in wanted if not each.endswith("/") and not each.startswith(NEVER)]
    try:
        with os.scandir(folder) as entries:
            names = [
                each.name
                for each in entries
                if _fits(each.name, of_all) or (_fits(each.name, of_folders) and each.is_dir())
            ]
    except OSError:
        return None
    never = GENERATED | {each.removeprefix(NEVER) for each in wanted if each.startswith(NEVER)}
    kept = [name for name in names if name not in never and (not name.startswith(".") or hidden)]
    return {"pattern": pattern, "names": sorted(name for name in kept if not is_litter(name))}


def is_litter(name: str) -> bool:
    """Whether systems or editors create files of this name beside others."""
    return _fits(name, LITTER)


def _fits(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, each) for each in patterns)


def path_state(path: Path, asked: Collection[str]) -> PathState:
    """Query a path without opening it; asked: the keys of `PathState` to determine."""
    found: PathState = {}
    try:
        state = os.stat(path)
    except (OSError, ValueError):
        state = None
    if "kind" in asked:
        found["kind"] = _kind(state.st_mode) if state else None
    if "size" in asked:
        found["size"] = state.st_size if state and stat.S_ISREG(state.st_mode) else None
    if "link" in asked:
        try:
            found["link"] = os.readlink(path)
        except (OSError, ValueError):
            found["link"] = None
    return found


def _kind(mode: int) -> str:
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def changed_path_states(looked: Mapping[str, PathState]) -> Iterator[str]:
    """The queried paths whose state has changed."""
    for name, before in looked.items():
        now = path_state(recorded_path(name), before)
        if now != before:
            new, gone = (each.get("kind", "") is None for each in (before, now))
            yield f"{name}{' (new)' if new else ' (gone)' if gone else ''}"


@dataclass
class Reads:
    """Everything that a stage has read."""

    files: dict[str, str | None] = field(default_factory=dict)
    """sha256 of each file, or None for a file that was looked for in vain."""
    folders: dict[str, list[Listing]] = field(default_factory=dict)
    """Listings of each folder."""
    looked: dict[str, PathState] = field(default_factory=dict)
    """Paths that were queried without being opened."""
    missing: list[str] = field(default_factory=list)
    """Packages that the author's code tried to import and that are not installed."""
    modules: dict[str, str] = field(default_factory=dict)
    """Code digests of imported modules of the project that are not in the import closure."""
    unsettled: list[str] = field(default_factory=list)
    """Inputs that changed between their first reading and the end of the stage."""
    unseen: list[str] = field(default_factory=list)
    """The author's lines whose reads could not be recorded, with what they do."""

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value}
