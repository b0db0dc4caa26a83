"""What an experiment asks for: where a data set of report.toml lies.

Needs little, because every run that calls it depends on its code, and `make clean` on what is declared.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from texloom.data.sums import FOLDER, SUMS
from texloom.errors import Place, ReportError, WayOut, closest

MANIFEST = Path("report.toml")
OWN = ("file", "folder")
"""The keys of data that are the author's and stay where they are; all else is fetched."""
Entry = Mapping[str, Any]
"""A table [data.<name>] of report.toml."""


_without_report: dict[str, Entry] = {}
"""The data sets where there is no report.toml."""


def declare(data: Mapping[str, Entry]) -> None:
    """Declare data sets where there is no report.toml: in a notebook on its own."""
    _without_report.update(data)


def entries() -> Mapping[str, Entry]:
    """The data sets of report.toml by name, as they are written there. Raises ReportError where it is not TOML."""
    return _entries(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.exists() else _without_report


@lru_cache(maxsize=1)
def _entries(manifest: str) -> dict[str, Entry]:
    try:
        data = tomllib.loads(manifest).get("data", {})
    except tomllib.TOMLDecodeError as error:
        raise ReportError(MANIFEST, f"is not TOML: {error}") from None
    tables = data.items() if isinstance(data, dict) else ()  # what else it may be is told where it is checked
    return {name: entry for name, entry in tables if isinstance(entry, dict)}


def place(name: str, *key: str) -> Place:
    """Where a data set is declared, for a message."""
    return Place(MANIFEST, "data", name, *key)


def unknown(where: object, name: str) -> ReportError:
    """The error of a data set that is not declared."""
    known = f"; {closest(name, entries())}" if entries() else ""
    way_out = WayOut(f'declare it in report.toml: [data.{name}] with file = "…", folder, url or doi{known}')
    return ReportError(where, f"there is no data set '{name}'", way_out)


def own_path(entry: Entry) -> Path | None:
    """Where a file or a folder of the author lies; None of data that are fetched."""
    return next((Path(entry[key]) for key in OWN if isinstance(entry.get(key), str)), None)


def own_paths() -> list[Path]:
    """The files and folders that report.toml declares as the author's data."""
    return [path for entry in entries().values() if (path := own_path(entry))]


def file_name(url: str) -> str:
    """What the file behind an address is called."""
    return PurePosixPath(unquote(urlsplit(url).path)).name


def data_path(name: str) -> Path:
    """Where a data set of report.toml lies: the file where it is one (file, url), else the folder.

    Raises ReportError for a data set that report.toml does not declare, or that is not there.
    """
    if name not in entries():
        raise unknown("data_path", name)
    entry, folder = entries()[name], FOLDER / name
    if path := own_path(entry):
        if not path.exists():
            raise ReportError(place(name), f"{path} is not there", "put it there, or correct the path")
        return path
    if not (folder / SUMS).exists():
        raise ReportError(folder, "the data are not there", f"python -m experiments data {name}")
    return folder / file_name(entry["url"]) if "url" in entry else folder
