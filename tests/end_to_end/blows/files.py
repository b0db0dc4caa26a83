"""Faults in files: products of a build are removed, truncated, changed or swapped."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.end_to_end.blows.report import OWN, Report


def products(folder: Path, rng: random.Random) -> list[Path]:
    """Files of one kind that a build has made: most often LaTeX's, because these have made most builds fail."""
    kinds = {"build/tex/**/*": 8, "build/runs/**/*": 6, "build/figures/**/*": 4, "build/*.json": 3, "build/*.pdf": 2}
    kinds |= {".snakemake/**/*": 3, "build/history/*": 1}
    (pattern,) = rng.choices(list(kinds), list(kinds.values()))
    own = {folder / name for name in OWN}
    return sorted(path for path in folder.glob(pattern) if path.is_file() and path not in own)


def remove(path: Path, _: list[Path], rng: random.Random) -> str:
    """Remove a file, or the folder around it."""
    if rng.random() < 0.3 and path.parent.name not in ("build", ".snakemake"):
        shutil.rmtree(path.parent, ignore_errors=True)
        return f"remove {path.parent}"
    path.unlink(missing_ok=True)
    return f"remove {path}"


def truncate(path: Path, _: list[Path], rng: random.Random) -> str:
    size = rng.choice([0, rng.randrange(path.stat().st_size + 1)])
    os.truncate(path, size)
    return f"truncate {path} to {size}"


def change_byte(path: Path, _: list[Path], rng: random.Random) -> str:
    content = bytearray(path.read_bytes())
    place = rng.randrange(len(content)) if content else 0
    content[place : place + 1] = b"7" if content[place : place + 1] != b"7" else b"8"
    path.write_bytes(content)
    return f"byte {place} of {path}"


def swap(path: Path, others: list[Path], rng: random.Random) -> str:
    """Exchange two files, or the whole folders of two runs."""
    other = rng.choice(others)
    if "runs" in path.parts:
        path, other = path.parent, other.parent
    if path != other:
        aside = path.with_name("aside")
        path.rename(aside)
        other.rename(path)
        aside.rename(other)
    return f"swap {path} and {other}"


DAMAGES: tuple[Callable[[Path, list[Path], random.Random], str], ...] = (remove, truncate, change_byte, swap)


def damage(report: Report, rng: random.Random) -> str:
    """Damage a random product; returns what was done."""
    found = products(report.folder, rng)
    if not found:
        return "nothing to damage"
    try:
        done = rng.choice(DAMAGES)(rng.choice(found), found, rng)
    except (FileNotFoundError, FileExistsError):  # the build was faster
        done = "damaged nothing"
    report.put_own_files()
    return done.replace(f"{report.folder}/", "")
