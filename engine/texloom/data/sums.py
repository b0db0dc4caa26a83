"""The digests of a data set, in the file SHA256SUMS beside it: where they are, the data are whole.

Needs the standard library alone, because `make clean` runs without .venv.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path("data")
"""Where fetched data sets lie, each in a folder of its own."""
SUMS = "SHA256SUMS"
UNFINISHED = "SHA256SUMS.partial"
"""The sums of files that may not be whole, but are ours: they may be replaced, and removed."""


def read_sums(folder: Path, name: str = SUMS) -> dict[str, str]:
    """The sha256 of each file of the data set in `folder`, by its name; empty where there is none."""
    if not (folder / name).exists():
        return {}
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines if line)}


def as_text(sums: Mapping[str, str]) -> str:
    """Digests by name, as `sha256sum` writes them."""
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items())


def combined(sums: Mapping[str, str]) -> str:
    """One digest of several files: that of their list, sorted by name."""
    return hashlib.sha256(as_text(dict(sorted(sums.items()))).encode()).hexdigest()


def recorded(folder: Path) -> dict[str, set[str]]:
    """The files in `folder` that were fetched, whole or not, each with the digests that it may have."""
    found: dict[str, set[str]] = {}
    for sums in (read_sums(folder), read_sums(folder, UNFINISHED)):
        for name, digest in sums.items():
            found.setdefault(name, set()).add(digest)
    return found


def forget(folder: Path) -> None:
    """Take the sums of a data set for unfinished, so that make fetches it anew."""
    if (folder / SUMS).exists():
        (folder / SUMS).replace(folder / UNFINISHED)
