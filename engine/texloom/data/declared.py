"""The data sets of the report: each is fetched into `data/<name>/` by the module that report.toml names for it."""

from __future__ import annotations

import fcntl
import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from texloom import manifest
from texloom.data.sources import fetch_with
from texloom.data.sums import FOLDER, SUMS, read_sums
from texloom.errors import ReportError, closest


def names(experiment: str) -> Sequence[str]:
    """The data sets that an experiment declares in DATA."""
    return importlib.import_module(f"experiments.{experiment}").DATA


def sums(experiment: str) -> list[Path]:
    """The SHA256SUMS files of the data sets that an experiment declares in DATA."""
    return [FOLDER / name / SUMS for name in names(experiment)]


def data_digests(experiment: str) -> dict[str, str]:
    """The sha256 of each data file, by "<data set>/<file>". Raises ReportError where data are missing."""
    digests = {}
    for path in sums(experiment):
        if not path.exists():
            raise ReportError(path.parent, "the data are not there", f"python -m experiments data {path.parent.name}")
        digests |= {f"{path.parent.name}/{name}": digest for name, digest in read_sums(path.parent).items()}
    return digests


def missing() -> list[str]:
    """The data sets that the report's experiments declare in DATA and that are not in data/."""
    wanted = {path: None for name in manifest.load().experiments for path in sums(name)}
    return [path.parent.name for path in wanted if not path.exists()]


def fetch(name: str, user_folder: Path | None = None) -> None:
    """Fetch one data set, from the folder given here or in the environment, unless another process has just done so.

    Raises ReportError for a data set that report.toml does not declare, and what its module raises.
    """
    modules = manifest.load().data
    if name not in modules:
        raise ReportError("data", f"unknown data set '{name}'", closest(name, modules))
    with _fetching_lock(FOLDER / name) as waited:
        if not (waited and (FOLDER / name / SUMS).exists()):
            fetch_with(modules[name], name, user_folder)


@contextmanager
def _fetching_lock(folder: Path) -> Iterator[bool]:
    """One process at a time fetches into `folder`; yields whether it has waited for another.

    The system frees the lock when its holder dies, so a killed fetch leaves none.
    """
    folder.parent.mkdir(exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w", encoding="ascii") as file:
        waited = False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(file, fcntl.LOCK_EX)
            waited = True
        yield waited
