"""Remove what the engine has made, and nothing else: files that a user put beside it stay.

Works without .venv, in the system's Python.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable
from pathlib import Path

from texloom.machine.lock import build_lock
from texloom.results import places

STAGES = (
    *("bench", "checkpoints", "figures", "runs", "tangled", "tensorboard", "tex", "theory"),
    places.DRAFT_FOLDER,
)
"""Folders of a build in which only the engine writes."""
FILES = (
    "bench.json",
    "bench.pdf",
    "checks.json",
    "report.zip",
    places.COSTS,
    places.WHOLE,
    places.DRAFT,
    *places.PUBLIC.values(),
)
"""Files of a build; its history of earlier builds, which nothing could make again, is not among them."""
SETUP = (".venv", ".venv-setup.log", ".tex-setup.log", ".browser-setup.log", ".pytest_cache", ".ruff_cache")
SUMS = "SHA256SUMS"


def results(build: Path) -> list[Path]:
    """What a build has left in its folder. Notebooks that were edited where they are read stay."""
    animations = [build / f"{path.parent.name}_{path.name}" for path in build.glob("figures/*/*.gif")]
    notebooks = [
        public
        for made in build.glob("tangled/*.ipynb")
        if (public := build / "notebooks" / made.name).exists() and public.read_bytes() == made.read_bytes()
    ]
    named = (build / name for name in (*STAGES, *FILES))
    return [path for path in (*animations, *notebooks, *named) if path.exists()]


def fetched_data(data: Path = Path("data")) -> list[Path]:
    """The files of data sets that this project knows how to fetch again."""
    files = []
    for sums in sorted(data.glob(f"*/{SUMS}")):
        if Path("experiments", "common", f"{sums.parent.name}.py").exists():
            names = [line.split(maxsplit=1)[1] for line in sums.read_text(encoding="ascii").splitlines() if line]
            files += [*(sums.parent / name for name in names if (sums.parent / name).exists()), sums]
    return files + sorted(data.glob(".*.lock"))


def remove(paths: Iterable[Path]) -> None:
    """Remove files and folders, and the folders around them that become empty."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == Path() or any(folder.iterdir()):
                break
            folder.rmdir()


def clean() -> None:
    """Remove results of every profile. Raises ReportError while a build is running."""
    profiles = tomllib.loads(Path("report.toml").read_text(encoding="utf-8")).get("profiles", {})
    folders = [Path(profile.get("folder", "build")) for profile in profiles.values()]
    with build_lock():
        for folder in sorted(folders, key=lambda each: len(each.parts), reverse=True):
            remove(results(folder))
        remove([Path(".snakemake")])


def distclean() -> None:
    """Remove results, .venv and fetched data, and say so; own data and the history of builds stay."""
    clean()
    found = [path for path in (*map(Path, SETUP), *fetched_data()) if path.exists()]
    for path in found:
        print(f"removing {path}")
    remove(found)
