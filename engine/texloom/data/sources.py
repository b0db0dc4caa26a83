"""Sources of data: tried in order until one succeeds; nothing is kept before it is checked.

Data are kept in `data/<name>/`, outside `build/`, so that `make clean` leaves them. SHA256SUMS is written last and
belongs to the identity of every run that uses the data.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from texloom.data.sums import SUMS, UNFINISHED, as_text, forget, recorded
from texloom.errors import ReportError, WayOut
from texloom.machine.disk import full_disk
from texloom.results.places import partial_of
from texloom.results.sealed import file_digest

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Source:
    """A source of files: its name, and a function that reads them, given a folder for temporary files."""

    name: str
    read: Callable[[Path], Files]


def first_that_serves(
    sources: Sequence[Source], check: Callable[[Files, str], None], *, subject: str, way_out: WayOut
) -> tuple[Source, Files]:
    """The first source whose files are available and pass `check(files, source's name)`, and those files.

    Raises ReportError with the reason of each source if all fail.
    """
    import pooch  # here, as below: it takes 0.05 s, and is not needed if the data exist

    reasons = []
    pooch.get_logger().setLevel("ERROR")
    for source in sources:
        try:
            with tempfile.TemporaryDirectory() as scratch:
                files = source.read(Path(scratch))
            check(files, source.name)
        except ReportError as error:
            reasons.append(str(error))
        except Exception as error:  # a source can fail in any way; the next one is tried, and all reasons are reported
            if full := full_disk(error):  # an error of this machine, so no other source helps
                raise full from None
            reasons.append(f"{source.name}: {_first_line(error)}")
        else:
            return source, files
    raise ReportError("data", f"{subject} cannot be fetched; nothing was kept\n  " + "\n  ".join(reasons), way_out)


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:150]


def keep(folder: Path, files: Mapping[str, bytes | Path]) -> None:
    """Move files into `folder`, and write their sums last: if the sums exist, the files are complete.

    files: contents by name, or files to move.
    Files of an earlier fetch that are no longer part of the data are removed, unless they were edited.
    Raises ReportError, with nothing changed, if a file that was not fetched is in the way.
    """
    sums = {name: _digest(content) for name, content in files.items()}
    ours = recorded(folder)
    _check_free(folder, {name: digest for name, digest in sums.items() if name not in ours})
    folder.mkdir(parents=True, exist_ok=True)
    forget(folder)
    _write_unfinished(folder, {name: min(digests) for name, digests in ours.items()} | sums)
    for name, content in files.items():
        partial = partial_of(folder / name)
        if isinstance(content, Path):
            shutil.move(content, partial)
        else:
            partial.write_bytes(content)
        partial.replace(folder / name)
    for name in ours.keys() - sums.keys():
        path = folder / name
        if Path(name).name == name:
            if path.is_file() and file_digest(path) in ours[name]:
                path.unlink()
            partial_of(path).unlink(missing_ok=True)  # of a fetch that was killed
    _write_unfinished(folder, sums)
    (folder / UNFINISHED).replace(folder / SUMS)


def _write_unfinished(folder: Path, sums: Mapping[str, str]) -> None:
    """Write the sums of incomplete data in one step: they tell which files are ours."""
    partial = partial_of(folder / UNFINISHED)
    partial.write_text(as_text(sums), encoding="utf-8")
    partial.replace(folder / UNFINISHED)


def _digest(content: bytes | Path) -> str:
    return file_digest(content) if isinstance(content, Path) else hashlib.sha256(content).hexdigest()


def check_name(name: str, origin: object) -> None:
    """Raise ReportError for a file name from a source that is not allowed in a data set."""
    plain = name == PurePosixPath(name).name and name not in ("", ".", "..") and name.isprintable()
    if not plain or name in (SUMS, UNFINISHED):
        raise ReportError(origin, f"a fetched file cannot have the name '{name}'", "fetch only the other files")


def _check_free(folder: Path, sums: Mapping[str, str]) -> None:
    """Raise ReportError if files of these names and digests would overwrite other files."""
    if folder.exists() and not folder.is_dir():
        raise ReportError(folder, "is a file, and the folder for data that are fetched", "move it elsewhere")
    for name, digest in sums.items():
        path = folder / name
        check_name(name, folder)
        if path.is_dir() or (path.exists() and file_digest(path) != digest):
            raise ReportError(
                path, "is in the way of one that was fetched; nothing was kept", "move it: data/ is for fetched files"
            )


def download(url: str, sha256: str | None, scratch: Path) -> Path:
    """Download the file at `url` to `scratch`, checked if `sha256` is given. Raises errors of pooch and requests."""
    import pooch

    pooch.get_logger().setLevel("ERROR")
    downloader: Any = pooch.HTTPDownloader(timeout=20)
    return Path(pooch.retrieve(url, sha256, path=scratch, downloader=downloader))


def npm_package(package: str, sha256: str, scratch: Path) -> Path:
    """Download the tarball of an npm package ("name@version") to `scratch` and check it. Raises OSError without npm."""
    import pooch

    downloader: Any = npm_pack
    name = package.replace("/", "-") + ".tgz"
    return Path(pooch.retrieve(f"npm:{package}", sha256, fname=name, path=scratch, downloader=downloader))


def npm_pack(package: str, output: str, _pooch: object) -> None:
    """A pooch downloader that runs `npm pack` with the registry of the user's npm."""
    if shutil.which("npm") is None:
        raise OSError("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", package.removeprefix("npm:"), "--pack-destination", folder]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=600)
        tarballs = list(Path(folder).glob("*.tgz"))
        if finished.returncode or not tarballs:
            if "ENOSPC" in finished.stderr:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), folder)
            raise OSError(f"npm pack failed: {(finished.stderr.strip() or 'no output').splitlines()[-1]}")
        shutil.move(tarballs[0], output)
