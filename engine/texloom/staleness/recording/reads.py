"""What was read, as it is stored: paths seen from the project, digests, listings."""

# A hook is called often, and sees paths as texts:
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
"""Folders of a project that nobody edits."""
FOLDERS = "*/"
"""In a pattern: the folders, whatever they are called; as in a shell, what ends with a stroke fits folders alone."""
HIDDEN = "."
"""In a pattern: names that begin with a dot fit like others."""
NEVER = "!"
"""In a pattern, before a name: it never counts, as that of a folder of results."""
LITTER = (".DS_Store", "._*", ".localized", ".directory", ".#*", ".*.sw?", ".*~", ".~lock.*", ".nfs*", ".fuse_hidden*")
"""Hidden names that systems, editors and network drives leave beside files."""

Listing = dict[str, Any]
"""A folder's names that match one of the patterns between bars, sorted: {"pattern": "*.csv|*.txt", "names": […]}."""
Look = dict[str, Any]
"""What was seen of a path without opening it: its "kind", the "size" of a file in bytes, the "link" that it is.

Only what was asked for is there; None where there is nothing.
"""


def shown(path: str | os.PathLike[str], project: str = "") -> str:
    """A path as it is recorded: seen from the project, else from the user's folder, else whole.

    project: its folder, by default the current one; a stage may change that for a while.
    """
    whole, root, home = os.path.abspath(path), project or os.getcwd(), os.path.expanduser("~")
    for folder, prefix in ((root, ""), (home, "~/")):
        if whole == folder:
            return prefix.rstrip("/") or "."
        if whole.startswith(folder.rstrip("/") + "/") and folder != "/":
            below = whole[len(folder.rstrip("/")) + 1 :]
            return f"./{below}" if below.startswith("~") and not prefix else prefix + below
    return whole


def found_at(name: str) -> Path:
    """The path of a recorded name."""
    return Path(name).expanduser() if name == "~" or name.startswith("~/") else Path(name)


def listing(folder: Path, pattern: str) -> Listing | None:
    """The names in a folder that match. None where there is no folder."""
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
    """Whether a file of this name is what systems and editors leave beside others."""
    return _fits(name, LITTER)


def _fits(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, each) for each in patterns)


def look(path: Path, asked: Collection[str]) -> Look:
    """Look at a path without opening it, for what is asked of `Look`."""
    found: Look = {}
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


def stamp(name: str) -> list[int] | None:
    """What an edit changes of a file even where its content is put back; None where there is none."""
    try:
        state = os.stat(name)
    except OSError:
        return None
    return [state.st_size, state.st_mtime_ns, state.st_ino]


def _kind(mode: int) -> str:
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def changed_looks(looked: Mapping[str, Look]) -> Iterator[str]:
    """Of what was looked at, what no longer looks the same."""
    for name, before in looked.items():
        now = look(found_at(name), before)
        if now != before:
            new, gone = (each.get("kind", "") is None for each in (before, now))
            yield f"{name}{' (new)' if new else ' (gone)' if gone else ''}"


@dataclass
class Reads:
    """What a stage has read."""

    files: dict[str, str | None] = field(default_factory=dict)
    """Each file's sha256, or None where it was looked for in vain."""
    folders: dict[str, list[Listing]] = field(default_factory=dict)
    """What was listed."""
    looked: dict[str, Look] = field(default_factory=dict)
    """What was looked at without being opened."""
    missing: list[str] = field(default_factory=list)
    """Packages that the author's code has tried to import and that are not installed."""
    modules: dict[str, str] = field(default_factory=dict)
    """Modules of the project that were imported and that the import graph does not reach: digests of their code."""
    unsettled: list[str] = field(default_factory=list)
    """What changed between the first reading and the end of the stage."""
    unseen: list[str] = field(default_factory=list)
    """What could not be followed, and the author's line."""

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value}
