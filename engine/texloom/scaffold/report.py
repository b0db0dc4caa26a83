"""A new report: the engine as a wheel, one written answer with a checked equation, one experiment."""

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
"""The extras of the engine that every report starts with; its experiment may need another."""
SETUP = ("python.sh", "tex.sh", "tex-packages.txt")
"""What of the set-up is every report's."""
MARK = "unfinished"
"""A file in the folder of ours in which a report is made."""


def check_folder(folder: Path) -> None:
    """Raise ReportError unless a new report can be made in `folder`."""
    if folder.exists() and (not folder.is_dir() or {*folder.iterdir()} - {scratch_of(folder)}):
        killed = "empty it, for a killed make new has left a part of a report there, or "
        way_out = f"{killed if (scratch_of(folder) / MARK).exists() else ''}give another place"
        raise ReportError("REPORT", f"{folder} exists and is not an empty folder", way_out)
    parent = next(parent for parent in folder.resolve().parents if parent.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise ReportError("REPORT", f"{folder} cannot be made: {parent} is not a folder to write in", "give another")


def project_name(folder: Path) -> str:
    """The name of the project in a folder, as Python's packaging wants it."""
    return re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "report"


def put_engine(folder: Path, wheel: Path, origin: Path) -> None:
    """Put the engine into a new report: its wheel, and the set-up of the report that this one is made from."""
    (folder / "engine" / "setup").mkdir(parents=True)
    for name in SETUP:
        shutil.copy(origin / "engine" / "setup" / name, folder / "engine" / "setup")
    shutil.copy(wheel, folder / "engine")


def describe_project(folder: Path, wheel: Path) -> None:
    """State in pyproject.toml what the project is called and where its engine is, and write the lock."""
    path = folder / "pyproject.toml"
    document: Any = tomlkit.parse(path.read_text(encoding="utf-8"))
    document["project"]["name"] = project_name(folder)
    document["project"]["dependencies"][0] = f"{distribution.NAME}[{','.join(EXTRAS)}]"
    document["tool"]["uv"]["sources"][distribution.NAME]["path"] = f"engine/{wheel.name}"
    path.write_text(document.as_string(), encoding="utf-8")
    (folder / "requirements.lock").write_text(packages.lock(wheel, EXTRAS), encoding="utf-8")


def new_report(folder: Path, name: str, kind: str, origin: Path = Path()) -> None:
    """Make a whole report with one experiment; `origin` is the report whose engine and set-up it gets.

    It is a git repository with one commit where git knows who commits, and is not inside another.
    Raises ReportError, with nothing written, for a folder that is not empty or a name or a kind that cannot be. A
    failure, as on a full disk, leaves nothing of it.
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
    """An empty folder of the same name, beside the new report's or in it where that is there.

    What is made in it moves into place at the end; after a failure nothing is left of it, nor of folders around it, and
    what a killed command has left is removed by the next.
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
    """Where a report is made that will lie in a folder."""
    home = folder if folder.exists() else folder.parent
    return home / f".new-report-{folder.resolve().name}"


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """A folder that is empty but for our mark, for this process alone, and gone at the end.

    Raises ReportError, with nothing touched, where another process holds it, and where the folder is none of ours.
    """
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReportError("REPORT", f"another process makes a report in {folder}", "wait for it") from None
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise ReportError(
                "REPORT", f"{folder} is in the way of what is made there", "move it, or give another place"
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
    """A first commit, which the provenance names; none inside another repository or when git knows nobody."""

    def succeeds(*command: str) -> bool:
        return not git(*command, folder=folder).returncode

    if succeeds("rev-parse", "--git-dir") or not succeeds("var", "GIT_COMMITTER_IDENT"):
        return
    for command in (("init",), ("add", "--all"), ("commit", "--message", "A new report")):
        if not succeeds(*command):
            check_room(folder)
