"""Paths of the data sets in report.toml, for experiments.

Imports little, because every run that uses this module depends on its imports, and `make clean` runs without .venv.
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
"""The keys of data of the author's own, which stay in place; all other data are fetched."""
Entry = Mapping[str, Any]
"""A table [data.<name>] of report.toml."""


_without_report: dict[str, Entry] = {}
"""The data sets if there is no report.toml."""


def declare(data: Mapping[str, Entry]) -> None:
    """Declare data sets without a report.toml, for a notebook used on its own."""
    _without_report.update(data)


def entries() -> Mapping[str, Entry]:
    """The data sets of report.toml by name, without validation. Raises ReportError if the file is not TOML."""
    return _entries(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.exists() else _without_report


@lru_cache(maxsize=1)
def _entries(manifest: str) -> dict[str, Entry]:
    try:
        data = tomllib.loads(manifest).get("data", {})
    except tomllib.TOMLDecodeError as error:
        raise ReportError(MANIFEST, f"is not TOML: {error}") from None
    tables = data.items() if isinstance(data, dict) else ()  # other types are reported by the validation
    return {name: entry for name, entry in tables if isinstance(entry, dict)}


def place(name: str, *key: str) -> Place:
    """The position of a data set's declaration, for messages."""
    return Place(MANIFEST, "data", name, *key)


def unknown(where: object, name: str) -> ReportError:
    """The error for a data set that is not declared."""
    known = f"; {closest(name, entries())}" if entries() else ""
    way_out = WayOut(f'declare it in report.toml: [data.{name}] with file = "…", folder, url or doi{known}')
    return ReportError(where, f"there is no data set '{name}'", way_out)


def own_path(entry: Entry) -> Path | None:
    """The path of the author's own file or folder; None for data that are fetched."""
    return next((Path(entry[key]) for key in OWN if isinstance(entry.get(key), str)), None)


def own_paths() -> list[Path]:
    """The files and folders that report.toml declares as the author's data."""
    return [path for entry in entries().values() if (path := own_path(entry))]


def file_name(url: str) -> str:
    """The name of the file at a URL."""
    return PurePosixPath(unquote(urlsplit(url).path)).name


def data_path(name: str) -> Path:
    """The path of a data set of report.toml: of the file if it is one (file, url), else of the folder.

    Raises ReportError for a data set that report.toml does not declare, or that is missing.
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
