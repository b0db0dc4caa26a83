"""Remove what the engine has made, and nothing else: files that a user put beside it stay.

Works without .venv, in the system's Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from texloom.data.paths import entries, own_path, own_paths
from texloom.data.scratch import lock_of, remove_left, scratch_of
from texloom.data.sums import FOLDER, SUMS, UNFINISHED, recorded
from texloom.errors import ReportError
from texloom.machine.lock import build_lock
from texloom.machine.records import RECORDS
from texloom.results.places import DEFAULT_FOLDER, BuildFolder
from texloom.results.sealed import file_digest
from texloom.results.utf8 import read_toml
from texloom.results.written import (
    Experiments,
    Written,
    finish_replacing,
    remove,
    remove_whole,
    unfinished_workflow_files,
    workflow_files,
)

VENV = Path(".venv")
STAMP = "lock.sha256"
"""In an environment that the set-up has made, or begun."""
SETUP = (".venv-setup.log", ".tex-setup.log", ".browser-setup.log", ".pytest_cache", ".ruff_cache")
SHOWN = 5
"""Of what is kept, so many are named."""


# ---------------------------------------------------------------- results


def clean() -> None:
    """Remove results of every profile, and say what is kept. Raises ReportError while a build is running."""
    manifest = _manifest()
    folders = {Path(profile.get("folder", DEFAULT_FOLDER)) for profile in _profiles(manifest).values()}
    with build_lock():
        for folder in folders:
            remove(list(Written(BuildFolder(folder), experiments_of(manifest)).results()), _top(folder))
        results = [FOLDER.as_posix(), *(folder.as_posix() for folder in folders)]
        remove(list(workflow_files(RECORDS, _profiles(manifest), results)))
        for folder in (*sorted(RECORDS.glob("*")), RECORDS):  # Snakemake makes several that it never fills
            with suppress(OSError):
                folder.rmdir()
    _tell_kept(path for folder in (*folders, RECORDS) for path in _files(folder))


def remove_unfinished(written: Written) -> None:
    """Remove what killed commands have left half written: in a build's folder, the workflow's own and the data's."""
    for experiment, seed in written.runs():
        finish_replacing(written.build.run(experiment, seed))
    remove([*written.unfinished(), *unfinished_workflow_files(RECORDS)], _top(written.build.folder))
    remove_left(_fetched_names())


def tidy_up(folder: Path) -> None:
    """The same where it is not known whether there is anything, unless a build is running, whose it would be."""
    beside = (path for each in (folder, RECORDS) for path in each.rglob("*.*"))
    if any(path.suffix in (".partial", ".replaced") for path in beside) or any(FOLDER.glob(".*.fetching")):
        written = Written(BuildFolder(folder), experiments_of(_manifest()))
        scratch = map(scratch_of, _fetched_names())
        if any(path.exists() for path in (*written.unfinished(), *unfinished_workflow_files(RECORDS), *scratch)):
            with suppress(ReportError, OSError), build_lock():
                remove_unfinished(written)


def experiments_of(manifest: dict[str, Any]) -> Experiments:
    """The experiments that report.toml names, each with its seeds; what is wrong in it is told elsewhere."""
    with suppress(AttributeError, KeyError, TypeError):
        parts = [part for section in manifest["sections"] for part in section["parts"]]
        return {part["experiment"]: part.get("seeds", [0]) for part in parts if "experiment" in part}
    return {}


def _top(folder: Path) -> Path:
    """The outermost folder that is removed when it becomes empty."""
    inside = not folder.is_absolute() and ".." not in folder.parts
    return Path(folder.parts[0]) if inside and folder.parts else folder


def _files(folder: Path) -> Iterator[Path]:
    return (
        path for path in sorted(folder.rglob("*")) if not path.is_dir() or (path.is_symlink() and any(path.iterdir()))
    )


def _tell_kept(paths: Iterable[Path]) -> None:
    """Say in one line what is left, if anything is."""
    if kept := [path.as_posix() for path in dict.fromkeys(paths)]:
        more = f" and {len(kept) - SHOWN} more" if len(kept) > SHOWN else ""
        print(f"kept, for no build makes them again: {', '.join(kept[:SHOWN])}{more}")


# ---------------------------------------------------------------- everything


def distclean() -> None:
    """Remove results, .venv and fetched data, and say so; own data, the history of builds and an own .venv stay."""
    clean()
    fetched, edited = fetched_data()
    ours = [VENV] if (VENV / STAMP).is_file() else []
    setup = [path for path in (*ours, *map(Path, SETUP)) if path.exists()]
    scratch = [] if FOLDER.is_symlink() else [path for path in map(scratch_of, _fetched_names()) if path.exists()]
    for path in (*setup, *fetched, *scratch):
        print(f"removing {path}")
    for path in (*setup, *scratch):
        remove_whole(path, last=STAMP)  # so that half an environment is still known as ours
    remove(fetched)
    with suppress(OSError):
        FOLDER.rmdir()
    _tell_edited(edited)
    if VENV.exists():
        print(f"kept, for make has not set it up: {VENV}")


def fetched_data() -> tuple[list[Path], list[Path]]:
    """The files of the data sets that the report knows how to fetch again, and those that were edited since.

    None that are declared as its author's, and none that a link leads to: those are somebody else's.
    """
    if FOLDER.is_symlink():
        return [], []
    fetched, edited, own = [], [], own_paths()
    for name in _fetched_names():
        folder = FOLDER / name
        known = {} if folder.is_symlink() else recorded(folder)
        for file, digests in known.items():
            path = folder / file
            if Path(file).name == file and path.is_file() and not any(path.is_relative_to(each) for each in own):
                (fetched if file_digest(path) in digests else edited).append(path)
        partials = [f"{file}.partial" for file in (*known, UNFINISHED) if Path(file).name == file]
        beside = [*partials, SUMS, UNFINISHED] if known else []
        fetched += [path for path in (*map(folder.joinpath, beside), lock_of(name)) if path.is_file()]
    return fetched, edited


def _fetched_names() -> list[str]:
    return [name for name, entry in sorted(entries().items()) if not own_path(entry)]


def _tell_edited(paths: list[Path]) -> None:
    if paths:
        print(f"kept, for they are not as they were fetched: {', '.join(map(str, paths))}")


def _manifest() -> dict[str, Any]:
    """report.toml as it is: what checks it is no part of Python. Raises ReportError where it is no TOML."""
    return read_toml(Path("report.toml"))


def _profiles(manifest: dict[str, Any]) -> dict[str, Any]:
    return manifest.get("profiles", {})
