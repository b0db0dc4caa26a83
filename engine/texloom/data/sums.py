"""The digests of a data set, in the file SHA256SUMS beside it; if this file exists, the data are complete.

Imports only the standard library, because `make clean` runs without .venv.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path("data")
"""The folder of fetched data sets, each in a subfolder."""
SUMS = "SHA256SUMS"
UNFINISHED = "SHA256SUMS.partial"
"""The sums of files that may be incomplete. The engine wrote these files, so it may replace and remove them."""


def read_sums(folder: Path, name: str = SUMS) -> dict[str, str]:
    """The sha256 of each file of the data set in `folder`, by name; empty if there is none."""
    if not (folder / name).exists():
        return {}
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines if line)}


def as_text(sums: Mapping[str, str]) -> str:
    """Digests by name in the format of `sha256sum`."""
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items())


def combined(sums: Mapping[str, str]) -> str:
    """One digest for several files: that of their list, sorted by name."""
    return hashlib.sha256(as_text(dict(sorted(sums.items()))).encode()).hexdigest()


def recorded(folder: Path) -> dict[str, set[str]]:
    """The fetched files in `folder`, complete or not, each with its possible digests."""
    found: dict[str, set[str]] = {}
    for sums in (read_sums(folder), read_sums(folder, UNFINISHED)):
        for name, digest in sums.items():
            found.setdefault(name, set()).add(digest)
    return found


def forget(folder: Path) -> None:
    """Mark a data set as incomplete, so that make fetches it again."""
    if (folder / SUMS).exists():
        (folder / SUMS).replace(folder / UNFINISHED)
