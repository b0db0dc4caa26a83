"""The digests of a data set, in the file SHA256SUMS beside it: where they are, the data are whole.

Needs the standard library alone, because `make clean` runs without .venv.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path("data")
"""Where data sets lie, each in a folder of its own."""
SUMS = "SHA256SUMS"


def read_sums(folder: Path) -> dict[str, str]:
    """The sha256 of each file of the data set in `folder`, by its name; empty where there is none."""
    if not (folder / SUMS).exists():
        return {}
    lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines if line)}


def write_sums(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the sums of files of these contents, as `sha256sum` does."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()]
    (folder / SUMS).write_text("".join(lines), encoding="ascii")


def forget(folder: Path) -> None:
    """Remove the sums of a data set that is not whole, so that make fetches it anew."""
    (folder / SUMS).unlink(missing_ok=True)
