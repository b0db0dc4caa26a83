"""Create a new report: the engine as a wheel, one written answer with a checked equation, one experiment."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import tomlkit

from texloom.errors import ReportError
from texloom.machine.disk import check_room
from texloom.machine.git import git
from texloom.results.written import remove_whole
from texloom.scaffold import distribution, packages
from texloom.scaffold.experiment import FILES, check_kind, check_name, filled, new_experiment, write

EXTRAS = ("notebooks", "tests")
"""The extras of the engine in every new report; its experiment may need another."""
SETUP = ("python.sh", "tex.sh", "tex-packages.txt")
"""The files of the set-up that every report needs."""
MARK = "unfinished"
"""A file that marks the temporary folder of a new report as ours."""


def check_folder(folder: Path) -> None:
    """Raise ReportError unless a new report can be created in `folder`."""
    if folder.exists() and (not folder.is_dir() or {*folder.iterdir()} - {scratch_of(folder)}):
        killed = "empty it, because a killed make new left a part of a report there, or "
        way_out = f"{killed if (scratch_of(folder) / MARK).exists() else ''}choose another folder"
        raise ReportError("REPORT", f"{folder} exists and is not an empty folder", way_out)
    parent = next(parent for parent in folder.resolve().parents if parent.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        what = f"{folder} cannot be created: {parent} is not a writable folder"
        raise ReportError("REPORT", what, "choose another folder")


def project_name(folder: Path) -> str:
    """The name of the project in a folder, as Python's packaging requires it."""
    return re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "report"


def put_engine(folder: Path, wheel: Path, origin: Path) -> None:
    """Copy the engine's wheel and the set-up of the report `origin` into a new report."""
    (folder / "engine" / "setup").mkdir(parents=True)
    for name in SETUP:
        shutil.copy(origin / "engine" / "setup" / name, folder / "engine" / "setup")
    shutil.copy(wheel, folder / "engine")


def describe_project(folder: Path, wheel: Path) -> None:
    """Set the name of the project and the path of its engine in pyproject.toml, and write the lock."""
    path = folder / "pyproject.toml"
    document: Any = tomlkit.parse(path.read_text(encoding="utf-8"))
    document["project"]["name"] = project_name(folder)
    document["project"]["dependencies"][0] = f"{distribution.NAME}[{','.join(EXTRAS)}]"
    document["tool"]["uv"]["sources"][distribution.NAME]["path"] = f"engine/{wheel.name}"
    path.write_text(document.as_string(), encoding="utf-8")
    (folder / "requirements.lock").write_text(packages.lock(wheel, EXTRAS), encoding="utf-8")


def new_report(folder: Path, name: str, kind: str, origin: Path = Path()) -> None:
    """Create a whole report with one experiment; `origin` is the report whose engine and set-up are copied.

    It becomes a git repository with one commit if git knows the committer, and if it is not inside another repository.
    Raises ReportError, with nothing written, for a folder that is not empty or an invalid name or kind. After a
    failure, as on a full disk, nothing is left of it.
    """
    check_folder(folder)
    check_kind(kind)
    check_name(name, folder, kind)
    with apart(folder) as made:
        wheel = distribution.wheel(origin, made.parent.parent)
        put_engine(made, wheel, origin)
        write(filled(FILES / "report", name), made)
        describe_project(made, wheel)
        new_experiment(name, kind, made)
        commit(made)


@contextmanager
def apart(folder: Path) -> Iterator[Path]:
    """A temporary empty folder of the same name, beside the new report's folder, or inside it if that exists.

    Its content is moved into place at the end; after a failure it is removed, together with new parent folders. Files
    of a killed command are removed by the next one.
    """
    there = folder.exists()
    home = folder if there else folder.parent
    new = [each for each in (home, *home.parents) if not each.exists()]
    try:
        home.mkdir(parents=True, exist_ok=True)
        with held(scratch_of(folder)) as scratch:
            made = scratch / "made" / folder.resolve().name
            made.mkdir(parents=True)
            yield made
            for path, place in [(path, folder / path.name) for path in made.iterdir()] if there else [(made, folder)]:
                path.rename(place)
    except BaseException:
        for each in new:
            with suppress(OSError):
                each.rmdir()
        raise


def scratch_of(folder: Path) -> Path:
    """The temporary folder in which a report for a folder is made."""
    home = folder if folder.exists() else folder.parent
    return home / f".new-report-{folder.resolve().name}"


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """A folder that is empty except for our mark, locked by this process, and removed at the end.

    Raises ReportError, with nothing changed, if another process holds it, or if the folder is not ours.
    """
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReportError("REPORT", f"another process is making a report in {folder}", "wait for it") from None
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise ReportError(
                "REPORT", f"{folder} is needed as a temporary folder", "move it, or choose another folder"
            )
        (folder / MARK).touch()
        for left in [path for path in folder.iterdir() if path.name != MARK]:
            remove_whole(left)
        try:
            yield folder
        finally:
            remove_whole(folder, last=MARK)
    finally:
        os.close(descriptor)


def commit(folder: Path) -> None:
    """Make a first commit, which the provenance names; none inside another repository or without a committer."""

    def succeeds(*command: str) -> bool:
        return not git(*command, folder=folder).returncode

    if succeeds("rev-parse", "--git-dir") or not succeeds("var", "GIT_COMMITTER_IDENT"):
        return
    for command in (("init",), ("add", "--all"), ("commit", "--message", "A new report")):
        if not succeeds(*command):
            check_room(folder)
