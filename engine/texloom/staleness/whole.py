"""Whether results are as their stages wrote them: each has a sealed file that holds the digests of those beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from texloom.data.digests import Digests
from texloom.results.sealed import is_intact, read_sealed
from texloom.results.written import LATEX_SEAL, latex_files
from texloom.staleness.jobs import GONE, NEW


def where_now(path: Path) -> Path:
    """Where a file of a run lies: a killed write may have left the run before it beside its place, as `….replaced`."""
    moved = path.parent.with_name(f"{path.parent.name}.replaced") / path.name
    return moved if not path.parent.exists() and moved.exists() else path


def damage(record: Path, digests: Digests) -> list[str]:
    """What of a result is not as it was written: its sealed file, those beside it; empty for one that is whole.

    The sealed file of another result in its place is none of it.
    """
    if not is_intact(record):
        return [record.as_posix() if record.exists() else f"{record.as_posix()}{GONE}"]
    content = read_sealed(record)
    if content.get("of", record.parent.name) != record.parent.name:
        return [record.as_posix()]
    return list(_differing(record.parent, content.get("files", {}), digests))


def damage_of_latex(folder: Path, digests: Digests) -> list[str]:
    """Of the files that the last run of LaTeX left, those that are not as it left them; it must have ended well."""
    seal = folder / LATEX_SEAL
    if not is_intact(seal):
        return [seal.as_posix() if seal.exists() else f"{seal.as_posix()}{GONE}"]
    left = read_sealed(seal)
    new = {path.relative_to(folder).as_posix() for path in latex_files(folder)} - left.keys()
    return [*_differing(folder, left, digests), *(f"{(folder / name).as_posix()}{NEW}" for name in sorted(new))]


def _differing(folder: Path, files: Mapping[str, str], digests: Digests) -> Iterator[str]:
    for name, digest in files.items():
        path = folder / name
        if (found := digests.of(path)) != digest:
            yield f"{path.as_posix()}{'' if found else GONE}"
