"""Fetch one data set as report.toml declares it: from a URL, a DOI, or by a module of the report."""

from __future__ import annotations

import importlib
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

from texloom.data.paths import Entry, file_name, place
from texloom.data.scratch import scratch
from texloom.data.sources import check_name, download, keep
from texloom.data.sums import FOLDER
from texloom.errors import ReportError, WayOut, closest
from texloom.machine.disk import full_disk
from texloom.results.sealed import file_digest


def fetch_entry(name: str, entry: Entry, user_folder: Path | None = None) -> None:
    """Fetch a data set into data/<name>/, from the given folder or $<NAME>_DIR if there is one.

    Raises ReportError, and keeps nothing, if it is not available or is not as declared.
    """
    folder = user_folder or os.environ.get(f"{name.upper()}_DIR")
    origin = Path(folder) if folder else None
    with scratch(name) as apart:
        if "module" in entry:
            _module(name, entry["module"]).fetch(user_folder=origin)
        elif "url" in entry:
            _fetch_file(name, entry["url"], entry["sha256"], origin, apart)
        else:
            _fetch_record(name, entry["doi"], entry.get("files", ()), origin, apart)


def _module(name: str, module: str) -> Any:
    """The module of the report that fetches a data set."""
    found = importlib.import_module(module)
    if not hasattr(found, "fetch"):
        raise ReportError(place(name, "module"), f"{module} has no function fetch", "add fetch(*, user_folder)")
    return found


def _fetch_file(name: str, url: str, sha256: str, origin: Path | None, scratch: Path) -> None:
    file = file_name(url)
    source = _copy(origin, file, scratch) if origin else _download(name, url, file, scratch)
    found = file_digest(source)
    if found != sha256:
        raise ReportError(
            place(name, "sha256"),
            f"{origin / file if origin else url} is not as declared: expected {sha256}, got {found} "
            f"({source.stat().st_size} bytes); nothing was kept",
            "try again if it is truncated; if its new content is right, declare the new digest",
        )
    keep(FOLDER / name, {file: source})
    print(f"data: {name} from {origin or url}, digest verified")


def _download(name: str, url: str, file: str, scratch: Path) -> Path:
    try:
        return download(url, None, scratch)
    except Exception as error:  # any error of the network
        raise full_disk(error) or _unreachable(name, "url", url, error, file) from None


def _fetch_record(name: str, doi: str, files: tuple[str, ...], origin: Path | None, scratch: Path) -> None:
    """Fetch the files of the record with a DOI, checked by the archive's own digests."""
    if origin:
        wanted = files or sorted(path.name for path in origin.glob("*") if path.is_file())
        if not wanted:
            raise ReportError(origin, "contains no files", f"put the files of doi:{doi} there")
        found = {file: _copy(origin, file, scratch) for file in wanted}
    else:
        try:
            found = _read_record(doi, files, scratch)
        except ReportError as error:
            raise ReportError(place(name, "files"), error.what, error.way_out) from None
        except Exception as error:  # any error of the network, or of an archive that pooch does not support
            raise full_disk(error) or _unreachable(name, "doi", f"doi:{doi}", error, *files) from None
    keep(FOLDER / name, found)
    print(f"data: {name} from {origin or f'doi:{doi}'}, {len(found)} files")


def _read_record(doi: str, files: tuple[str, ...], scratch: Path) -> dict[str, Path]:
    """Download the wanted files of a record, or all, to `scratch`. Raises the exceptions of pooch and requests."""
    import pooch

    pooch.get_logger().setLevel("ERROR")
    record = pooch.create(path=scratch, base_url=f"doi:{doi}/")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # figshare without a version: the received digests are recorded
        record.load_registry_from_doi()
        known = record.registry_files
        if unknown := [file for file in files if file not in known]:
            raise ReportError("", f"doi:{doi} has no file '{unknown[0]}'", closest(unknown[0], known))
        wanted = files or sorted(known)
        for file in wanted:
            check_name(file, f"doi:{doi}")
        return {file: Path(record.fetch(file)) for file in wanted}


def _copy(origin: Path, file: str, scratch: Path) -> Path:
    """Copy a user's file; the original stays in place."""
    try:
        return Path(shutil.copyfile(origin / file, scratch / file))
    except OSError as error:
        unreadable = ReportError(origin / file, f"cannot be read: {error.strerror}", f"{file} must be in {origin}")
        raise full_disk(error) or unreadable from None


def _unreachable(name: str, key: str, what: str, error: Exception, *files: str) -> ReportError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    wanted = ", ".join(files) or "its files"
    return ReportError(
        place(name, key),
        f"{what} cannot be fetched; nothing was kept: {reason}",
        WayOut(f"put {wanted} into a folder and run: {name.upper()}_DIR=/that/folder make"),
    )
