"""Remove files that the engine has made, and nothing else: a user's files beside them stay.

Works without .venv, with the system's Python.
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
from texloom.machine.lock import build_lock, may_have_leftovers
from texloom.machine.records import RECORDS
from texloom.machine.stage_errors import TRACEBACKS
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
"""A file in a virtual environment that the set-up created, or began to create."""
SETUP = (".venv-setup.log", ".tex-setup.log", ".browser-setup.log", ".pytest_cache", ".ruff_cache")
SHOWN = 5
"""How many of the kept files are named."""


# ---------------------------------------------------------------- results


def clean() -> None:
    """Remove the results of all profiles, and print what is kept. Raises ReportError while a build is running."""
    manifest = _manifest()
    folders = {Path(profile.get("folder", DEFAULT_FOLDER)) for profile in _profiles(manifest).values()}
    with build_lock():
        for folder in folders:
            remove(list(Written(BuildFolder(folder), experiments_of(manifest)).results()), _top(folder))
        results = [FOLDER.as_posix(), *(folder.as_posix() for folder in folders)]
        remove(list(workflow_files(RECORDS, _profiles(manifest), results)))
        remove(TRACEBACKS.glob("*.log"))
        for folder in (*sorted(RECORDS.glob("*")), RECORDS):  # Snakemake creates several that stay empty
            with suppress(OSError):
                folder.rmdir()
    _print_kept(path for folder in (*folders, RECORDS) for path in _files(folder))


def remove_unfinished(written: Written) -> None:
    """Remove partial files of killed commands in the folders of the build, the workflow and the data."""
    for experiment, seed in written.runs():
        finish_replacing(written.build.run(experiment, seed))
    remove([*written.unfinished(), *unfinished_workflow_files(RECORDS)], _top(written.build.folder))
    remove_left(_fetched_names())


def tidy_up(folder: Path) -> None:
    """Remove partial files and processes of killed commands, if there are any.

    Does nothing while a build is running, because they could belong to it.
    """
    half = (
        path for each in (folder, RECORDS) for path in each.rglob("*.*") if path.suffix in (".partial", ".replaced")
    )
    if may_have_leftovers() or any(half) or any(FOLDER.glob(".*.fetching")):
        written = Written(BuildFolder(folder), experiments_of(_manifest()))
        scratch = map(scratch_of, _fetched_names())
        unfinished = (*written.unfinished(), *unfinished_workflow_files(RECORDS), *scratch)
        if may_have_leftovers() or any(path.exists() for path in unfinished):
            with suppress(ReportError, OSError), build_lock(results=folder):
                remove_unfinished(written)


def experiments_of(manifest: dict[str, Any]) -> Experiments:
    """The experiments in report.toml, each with its seeds; errors in the file are reported elsewhere."""
    with suppress(AttributeError, KeyError, TypeError):
        parts = [part for section in manifest["sections"] for part in section["parts"]]
        return {part["experiment"]: part.get("seeds", [0]) for part in parts if "experiment" in part}
    return {}


def _top(folder: Path) -> Path:
    """The outermost folder that may be removed when it becomes empty."""
    inside = not folder.is_absolute() and ".." not in folder.parts
    return Path(folder.parts[0]) if inside and folder.parts else folder


def _files(folder: Path) -> Iterator[Path]:
    return (
        path for path in sorted(folder.rglob("*")) if not path.is_dir() or (path.is_symlink() and any(path.iterdir()))
    )


def _print_kept(paths: Iterable[Path]) -> None:
    """Print in one line which files are left, if any."""
    if kept := [path.as_posix() for path in dict.fromkeys(paths)]:
        more = f" and {len(kept) - SHOWN} more" if len(kept) > SHOWN else ""
        print(f"kept, because no build makes them: {', '.join(kept[:SHOWN])}{more}")


# ---------------------------------------------------------------- everything


def distclean() -> None:
    """Remove results, .venv and fetched data, and print this; own data, the history of builds and an own .venv stay."""
    clean()
    fetched, edited = fetched_data()
    ours = [VENV] if (VENV / STAMP).is_file() else []
    setup = [path for path in (*ours, *map(Path, SETUP)) if path.exists()]
    scratch = [] if FOLDER.is_symlink() else [path for path in map(scratch_of, _fetched_names()) if path.exists()]
    for path in (*setup, *fetched, *scratch):
        print(f"removing {path}")
    for path in (*setup, *scratch):
        remove_whole(path, last=STAMP)  # so that a partly removed environment is still recognized as ours
    remove(fetched)
    with suppress(OSError):
        FOLDER.rmdir()
    _print_edited(edited)
    if VENV.exists():
        print(f"kept, because make did not create it: {VENV}")


def fetched_data() -> tuple[list[Path], list[Path]]:
    """The fetched files of data sets, and those that were edited since; the former can be fetched again.

    Excludes files that are declared as the author's own, and files behind links, which belong to somebody else.
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


def _print_edited(paths: list[Path]) -> None:
    if paths:
        print(f"kept, because they were edited: {', '.join(map(str, paths))}")


def _manifest() -> dict[str, Any]:
    """report.toml without validation, which needs packages of .venv. Raises ReportError if it is not TOML."""
    return read_toml(Path("report.toml"))


def _profiles(manifest: dict[str, Any]) -> dict[str, Any]:
    return manifest.get("profiles", {})
