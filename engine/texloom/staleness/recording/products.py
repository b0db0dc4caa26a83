"""The folders of results of all profiles: a search through them finds files that the engine itself makes."""

from __future__ import annotations

import fnmatch
from pathlib import Path

from texloom.data.paths import MANIFEST
from texloom.errors import ReportError
from texloom.results.places import DEFAULT_FOLDER
from texloom.results.utf8 import read_toml
from texloom.staleness.recording.origins import is_below
from texloom.staleness.recording.reads import NEVER


class Products:
    """The folders of results of a report, as absolute paths.

    Listings of these folders are no inputs; nor are queries of paths that such a listing found.
    """

    def __init__(self, root: str) -> None:
        self.folders = {str(Path(root, folder)) for folder in _folders(Path(root))}
        self._searched: set[str] = set()
        self._root = root

    def __contains__(self, name: str) -> bool:
        return is_below(name, self.folders)

    def searched(self, name: str) -> None:
        """Note that a folder is listed."""
        if name in self or any(is_below(folder, (name,)) for folder in self.folders):
            self._searched.add(name)

    def is_found(self, name: str) -> bool:
        """Whether a queried path in a folder of results may have been found by a listing; else the author named it."""
        return name in self and is_below(name, self._searched)

    def left_out(self, name: str, wanted: str) -> str:
        """The pattern of a listing, extended to exclude the names that lead to folders of results."""
        below = [folder for folder in self.folders if is_below(folder, (name,)) and is_below(name, (self._root,))]
        first = sorted({Path(folder).relative_to(name).parts[0] for folder in below})
        fits = [each for each in first if any(fnmatch.fnmatchcase(each, one.rstrip("/")) for one in wanted.split("|"))]
        return "|".join([wanted, *(f"{NEVER}{each}" for each in fits)])


def _folders(root: Path) -> set[str]:
    """The result folders of the profiles in report.toml; errors in that file are reported elsewhere."""
    try:
        profiles = read_toml(root / MANIFEST).get("profiles", {})
        return {str(Path(each.get("folder", DEFAULT_FOLDER))) for each in profiles.values()} or {DEFAULT_FOLDER}
    except (OSError, ReportError, AttributeError, TypeError):
        return {DEFAULT_FOLDER}
