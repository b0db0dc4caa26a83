"""What LaTeX, BibTeX and latexmk read for a document, by their own records, and where they would have looked first."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from texloom.staleness.recording.recorder import Recorder

PROGRAMS = ("latexmk", "pdflatex", "bibtex")
SETTINGS = ("latexmkrc", ".latexmkrc", "~/.latexmkrc", "~/.config/latexmk/latexmkrc")
"""What latexmk looks for before it starts."""
OWN_TREE = Path("~/texmf")
"""TeX's tree of the user's own, which comes before its distribution."""
BESIDE = "|".join(
    f"*.{suffix}" for suffix in ("sty", "cls", "clo", "cfg", "def", "fd", "tex", "ltx", "bst", "bib", "map", "enc")
)
"""What TeX takes from the project's root before its own tree, if it is there."""
PICTURES = (".pdf", ".png", ".jpg", ".jpeg", ".mps", ".PDF", ".PNG", ".JPG", ".JPEG")
"""What \\includegraphics tries for a picture without a suffix."""


def note_reads(recorder: Recorder, folder: Path) -> None:
    """Tell a recorder what the last run in a folder has read, sources of its own apart."""
    inputs = sorted({*read_by_latex(folder), *read_by_bibtex(folder)})
    for path in inputs:
        recorder.note(path)
        if path.suffix in PICTURES and not path.is_absolute():
            for suffix in PICTURES:
                recorder.note(path.with_suffix(suffix))
    for name in SETTINGS:
        recorder.note(Path(name).expanduser())
    for program in filter(None, map(shutil.which, PROGRAMS)):
        recorder.note(Path(program))
    recorder.note_listing(Path(), BESIDE)
    for below, _, _ in [*os.walk(OWN_TREE.expanduser())] or [(OWN_TREE.expanduser(), [], [])]:
        recorder.note_listing(Path(below), "*")


def read_by_latex(folder: Path) -> Iterator[Path]:
    """The files that LaTeX has opened, from its recorder."""
    record = folder / "report.fls"
    for line in record.read_text(encoding="utf-8", errors="replace").splitlines() if record.exists() else ():
        if line.startswith("INPUT "):
            yield Path(os.path.normpath(line.removeprefix("INPUT ")))


def read_by_bibtex(folder: Path) -> Iterator[Path]:
    """Databases and styles, from latexmk's list and from BibTeX's log, which names a style that lies in the project."""
    listed, log = folder / "report.fdb_latexmk", folder / "report.blg"
    if listed.exists():
        for name in re.findall(
            r'^  "([^"]+\.(?:bib|bst))"', listed.read_text(encoding="utf-8", errors="replace"), re.MULTILINE
        ):
            yield Path(os.path.normpath(name))
    if log.exists():
        for name in re.findall(
            r"^The style file: (.+)$", log.read_text(encoding="utf-8", errors="replace"), re.MULTILINE
        ):
            if Path(name).is_file():
                yield Path(name)
