"""Remove what the engine has made, and nothing else: files that a user put beside it stay.

Works without .venv, in the system's Python.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from texloom.data.paths import entries, own_path, own_paths
from texloom.data.sums import FOLDER, SUMS, UNFINISHED, fetched_files
from texloom.machine.lock import build_lock
from texloom.results.places import DEFAULT_FOLDER, BuildFolder

SETUP = (".venv", ".venv-setup.log", ".tex-setup.log", ".browser-setup.log", ".pytest_cache", ".ruff_cache")


def fetched_data() -> list[Path]:
    """The files of the data sets that the report knows how to fetch again.

    None that are declared as its author's, and none that a link leads to: those are somebody else's.
    """
    if FOLDER.is_symlink():
        return []
    folders = [FOLDER / name for name, entry in sorted(entries().items()) if not own_path(entry)]
    files = [
        folder / file
        for folder in folders
        if not folder.is_symlink()
        for file in (*sorted(fetched_files(folder)), SUMS, UNFINISHED)
        if Path(file).name == file
    ]
    own = own_paths()
    fetched = [path for path in files if path.exists() and not any(path.is_relative_to(each) for each in own)]
    return fetched + sorted([*FOLDER.glob(".*.lock"), *FOLDER.glob(".*.fetching")])


def remove(paths: Iterable[Path]) -> None:
    """Remove files and folders that are there, and the folders around them that become empty; no link's other end."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == Path() or folder.is_symlink() or (folder.exists() and any(folder.iterdir())):
                break
            if folder.exists():
                folder.rmdir()


def clean() -> None:
    """Remove results of every profile. Raises ReportError while a build is running."""
    folders = [Path(profile.get("folder", DEFAULT_FOLDER)) for profile in _manifest().get("profiles", {}).values()]
    with build_lock():
        for folder in sorted(folders, key=lambda each: len(each.parts), reverse=True):
            remove(list(BuildFolder(folder).made_by_engine()))
        remove([Path(".snakemake")])


def distclean() -> None:
    """Remove results, .venv and fetched data, and say so; own data and the history of builds stay."""
    clean()
    found = [path for path in (*map(Path, SETUP), *fetched_data()) if path.exists()]
    for path in found:
        print(f"removing {path}")
    remove(found)


def _manifest() -> dict[str, Any]:
    """report.toml as it is: what checks it is no part of Python."""
    return tomllib.loads(Path("report.toml").read_text(encoding="utf-8"))
