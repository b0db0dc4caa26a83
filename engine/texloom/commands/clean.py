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


def results(build: BuildFolder) -> list[Path]:
    """What a build has left in its folder. Notebooks that were edited where they are read stay."""
    published = build.published_notebooks().items()
    notebooks = [public for made, public in published if public.exists() and public.read_bytes() == made.read_bytes()]
    found = [*build.animations().values(), *notebooks, *build.made_by_engine()]
    return [path for path in found if path.exists()]


def fetched_data() -> list[Path]:
    """The files of the data sets that the report knows how to fetch again; none that are declared as its author's."""
    folders = [FOLDER / name for name, entry in sorted(entries().items()) if not own_path(entry)]
    files = [folder / file for folder in folders for file in (*sorted(fetched_files(folder)), SUMS, UNFINISHED)]
    own = own_paths()
    fetched = [path for path in files if path.exists() and not any(path.is_relative_to(each) for each in own)]
    return fetched + sorted([*FOLDER.glob(".*.lock"), *FOLDER.glob(".*.fetching")])


def remove(paths: Iterable[Path]) -> None:
    """Remove files and folders, and the folders around them that become empty."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == Path() or any(folder.iterdir()):
                break
            folder.rmdir()


def clean() -> None:
    """Remove results of every profile. Raises ReportError while a build is running."""
    folders = [Path(profile.get("folder", DEFAULT_FOLDER)) for profile in _manifest().get("profiles", {}).values()]
    with build_lock():
        for folder in sorted(folders, key=lambda each: len(each.parts), reverse=True):
            remove(results(BuildFolder(folder)))
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
