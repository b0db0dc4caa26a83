"""Check that results are as their stages wrote them; each has a sealed file with the digests of those beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from texloom.data.digests import Digests
from texloom.results.sealed import is_intact, read_sealed
from texloom.results.written import LATEX_SEAL, latex_files
from texloom.staleness.jobs import GONE, NEW


def where_now(path: Path) -> Path:
    """The path of a file of a run: a killed write may have left the previous run beside it, as `….replaced`."""
    moved = path.parent.with_name(f"{path.parent.name}.replaced") / path.name
    return moved if not path.parent.exists() and moved.exists() else path


def damage(record: Path, digests: Digests) -> list[str]:
    """The files of a result that are not as they were written: its sealed file and those beside it; [] if intact.

    A sealed file of another result in its place counts as damage.
    """
    if not is_intact(record):
        return [record.as_posix() if record.exists() else f"{record.as_posix()}{GONE}"]
    content = read_sealed(record)
    if content.get("of", record.parent.name) != record.parent.name:
        return [record.as_posix()]
    return list(_differing(record.parent, content.get("files", {}), digests))


def damage_of_latex(folder: Path, digests: Digests) -> list[str]:
    """The files of the last run of LaTeX that have changed since; that run must have succeeded."""
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
