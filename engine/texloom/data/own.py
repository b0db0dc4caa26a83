"""The author's own data: files and folders that stay where they are, and are only read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from texloom.data.digests import digests
from texloom.data.paths import place
from texloom.data.sums import combined
from texloom.errors import ReportError
from texloom.machine.git import git
from texloom.manifest import DataSet


def own_digests(name: str, data: DataSet) -> dict[str, str]:
    """The sha256 of each file as it is now, by its name below the folder.

    Raises ReportError for a file that is missing or not readable, a folder where a file is meant and the reverse,
    another content than declared, and one that is neither in git nor declared by its digest.
    """
    files = _files(name, data)
    try:
        found = digests(files.values())
    except OSError as error:
        raise ReportError(place(name, data.kind), f"{error.filename} cannot be read: {error.strerror}") from None
    sums = {file: found[path] for file, path in files.items()}
    digest = combined(sums) if data.folder else next(iter(sums.values()))
    if data.sha256 and digest != data.sha256:
        path = data.file or data.folder
        raise ReportError(
            place(name, "sha256"),
            f"{path} is not as declared: expected {data.sha256}, got {digest}",
            "put it back as it was, or declare what it is now",
        )
    if not data.sha256 and (reason := _not_in_git(files.values())):
        raise ReportError(place(name, data.kind), f"{reason}: declare its content", f'sha256 = "{digest}"')
    return sums


def _files(name: str, data: DataSet) -> dict[str, Path]:
    """The files of a data set, by their names below its folder, sorted; hidden ones, which editors make, are none."""
    path, where = Path(data.file or data.folder or ""), place(name, data.kind)
    if not path.exists():
        raise ReportError(where, f"{path} is not there", "put it there, or correct the path")
    if data.file is not None:
        if path.is_dir():
            raise ReportError(where, f"{path} is a folder, and a file is meant", f'folder = "{path}" takes all of it')
        return {path.name: path}
    if not path.is_dir():
        raise ReportError(where, f"{path} is a file, and a folder is meant", f'file = "{path}" takes it')
    below = {file.relative_to(path): file for file in path.rglob("*") if file.is_file()}
    shown = {name: file for name, file in below.items() if not any(part.startswith(".") for part in name.parts)}
    if not shown:
        raise ReportError(where, f"{path} holds no files", "put the data there, or correct the path")
    return dict(sorted((name.as_posix(), file) for name, file in shown.items()))


def _not_in_git(paths: Iterable[Path]) -> str:
    """Why a commit does not hold one of the files: it lies outside the report, or git ignores it; else ""."""
    report, names = Path.cwd().resolve(), []
    for path in paths:
        if not path.resolve().is_relative_to(report):
            return f"{path} lies outside the report"
        names.append(path.as_posix())
    ignored = git("check-ignore", "-z", "--stdin", given="\0".join(names)).stdout.split("\0")[0]
    return f"git ignores {ignored}" if ignored else ""
