"""A mistake of an author: the edit of the small report that makes it, and the message that must name it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Spoil = Callable[[Path], object]
MAKE = ("texloom", "build", "report")
TEMPLATE, FRAGMENT, CHECKS = "templates/sections/spring.tex.j2", "theory/first_answer.tex", "theory/first_answer.py"
ANALYSIS, FIGURES, CONFIG, METRICS = (
    f"experiments/spring/{name}.py" for name in ("analysis", "figures", "config", "metrics")
)
TOML = "report.toml"


@dataclass(frozen=True)
class Mistake:
    """One row of the catalogue.

    where: the beginning of the message; FILE@TEXT stands for the file and the line where the text is, "" for any.
    words: what the message must contain, besides.
    """

    name: str
    spoil: Spoil
    where: str
    words: tuple[str, ...] = ()
    command: tuple[str, ...] = MAKE

    def place(self, folder: Path) -> str:
        """`where` with the number of the line."""
        name, _, text = self.where.partition("@")
        if not text:
            return name
        lines = (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        return f"{name}:{next(number for number, line in enumerate(lines, start=1) if text in line)}: "


def together(*spoils: Spoil) -> Spoil:
    """Several edits."""
    return lambda folder: [spoil(folder) for spoil in spoils]


def nothing(_: Path) -> None:
    """No edit: the mistake is in the command."""


def changed(name: str, old: str, new: str) -> Spoil:
    """Replace the first occurrence of a text, which must be there."""

    def spoil(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}:\n{text}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def appended(name: str, text: str) -> Spoil:
    """Add lines at the end of a file."""

    def spoil(folder: Path) -> None:
        path = folder / name
        path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n\n{text}\n", encoding="utf-8")

    return spoil


def written(name: str, content: str | bytes) -> Spoil:
    """Replace the content of a file."""

    def spoil(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return spoil


def removed(name: str) -> Spoil:
    """Remove a file or a folder."""

    def spoil(folder: Path) -> None:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return spoil
