"""The author's own data: files and folders that stay in place and are only read."""

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
    """The current sha256 of each file, by its name relative to the folder.

    Raises ReportError for a file that is missing or not readable, a folder declared as a file or the reverse, content
    other than declared, and data that are neither in git nor declared by their digest.
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
            "restore it, or declare its new content",
        )
    if not data.sha256 and (reason := _not_in_git(files.values())):
        raise ReportError(place(name, data.kind), f"{reason}: declare its content", f'sha256 = "{digest}"')
    return sums


def _files(name: str, data: DataSet) -> dict[str, Path]:
    """The files of a data set, by name relative to its folder, sorted; without hidden ones, which editors create."""
    path, where = Path(data.file or data.folder or ""), place(name, data.kind)
    if not path.exists():
        raise ReportError(where, f"{path} is not there", "put it there, or correct the path")
    if data.file is not None:
        if path.is_dir():
            raise ReportError(where, f"{path} is a folder, not a file", f'declare it with folder = "{path}"')
        return {path.name: path}
    if not path.is_dir():
        raise ReportError(where, f"{path} is a file, not a folder", f'declare it with file = "{path}"')
    below = {file.relative_to(path): file for file in path.rglob("*") if file.is_file()}
    shown = {name: file for name, file in below.items() if not any(part.startswith(".") for part in name.parts)}
    if not shown:
        raise ReportError(where, f"{path} contains no files", "put the data there, or correct the path")
    return dict(sorted((name.as_posix(), file) for name, file in shown.items()))


def _not_in_git(paths: Iterable[Path]) -> str:
    """Why one of the files is not part of commits: it is outside the report, or git ignores it; else ""."""
    report, names = Path.cwd().resolve(), []
    for path in paths:
        if not path.resolve().is_relative_to(report):
            return f"{path} is outside the report"
        names.append(path.as_posix())
    ignored = git("check-ignore", "-z", "--stdin", given="\0".join(names)).stdout.split("\0")[0]
    return f"git ignores {ignored}" if ignored else ""
