"""The reads of LaTeX, BibTeX and latexmk, from their own records, and the places that they search first."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from texloom.results.written import SOUGHT
from texloom.staleness.recording.recorder import Recorder

PROGRAMS = ("latexmk", "pdflatex", "bibtex")
SETTINGS = ("latexmkrc", ".latexmkrc", "~/.latexmkrc", "~/.config/latexmk/latexmkrc")
"""Settings files that latexmk looks for at start-up."""
OWN_TREE = Path("~/texmf")
"""The user's own TeX tree, which takes precedence over the distribution."""
BESIDE = "|".join(
    f"*.{suffix}" for suffix in ("sty", "cls", "clo", "cfg", "def", "fd", "tex", "ltx", "bst", "bib", "map", "enc")
)
"""Patterns of files that TeX would use from the project's root instead of those in its own tree."""
SEEN = tuple(pattern.removeprefix("*") for pattern in BESIDE.split("|"))
SEARCH_DEBUG = {"KPATHSEA_DEBUG": "32"}
"""Environment variable that makes LaTeX and BibTeX print each search for a file on stderr."""
BEGINS = re.compile(r"kdebug:start (?:generic )?search\((?:files=\[(.*?)\]|\w+=(.*?)), must_exist=.*?path=(.*)\)")
ENDS = re.compile(r"kdebug:returning from (?:generic )?search\(.*?\) =>(.*)")
"""BEGINS: the start of a search for names along a path; ENDS: the end of a search, with its result."""


def note_reads(recorder: Recorder, folder: Path) -> None:
    """Pass the reads of the last run in a folder, without its own sources, to a recorder."""
    for path in {*read_by_latex(folder), *read_by_bibtex(folder), *map(Path, sought_before(folder))}:
        recorder.note(path)
    for name in SETTINGS:
        recorder.note(Path(name).expanduser())
    for program in filter(None, map(shutil.which, PROGRAMS)):
        recorder.note(Path(program))
    recorder.note_listing(Path(), BESIDE)
    for below, _, _ in [*os.walk(OWN_TREE.expanduser())] or [(OWN_TREE.expanduser(), [], [])]:
        recorder.note_listing(Path(below), "*")


def read_by_latex(folder: Path) -> Iterator[Path]:
    """The files that LaTeX opened, from its recorder."""
    return _recorded(folder, "INPUT ")


def written_by_latex(folder: Path) -> Iterator[Path]:
    """The files that LaTeX wrote, from its recorder."""
    return _recorded(folder, "OUTPUT ")


def _recorded(folder: Path, kind: str) -> Iterator[Path]:
    record = folder / "report.fls"
    for line in record.read_text(encoding="utf-8", errors="replace").splitlines() if record.exists() else ():
        if line.startswith(kind):
            yield Path(os.path.normpath(line.removeprefix(kind)))


def read_by_bibtex(folder: Path) -> Iterator[Path]:
    """Databases and styles, from latexmk's list and from BibTeX's log, which names styles in the project."""
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


def keep_searches(folder: Path, stderr: str) -> str:
    """Store where LaTeX looked for files in vain, and return the other lines of stderr.

    A run of only BibTeX adds to the list of the last run of LaTeX.
    """
    searches = list(_searches(stderr.splitlines()))
    in_vain = {name for names, path, found in searches for name in _in_vain(names, path, found)}
    if not any(name.endswith(f"{folder.name}/report.tex") for names, _, _ in searches for name in names):
        in_vain |= {*sought_before(folder)}
    (folder / SOUGHT).write_text(json.dumps(sorted(in_vain)), encoding="utf-8")
    return "\n".join(line for line in stderr.splitlines() if not line.startswith("kdebug:"))


def sought_before(folder: Path) -> list[str]:
    """The places where the last run looked for files in vain."""
    kept = folder / SOUGHT
    return json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []


def _searches(lines: Iterable[str]) -> Iterator[tuple[list[str], str, str]]:
    """For each search the names, the search path, and the result, which is empty if nothing was found."""
    names: list[str] = []
    path = ""
    for line in lines:
        if begins := BEGINS.match(line):
            together, alone, path = begins.groups()
            names = together.split() if together else [alone or ""]
        elif ends := ENDS.match(line):
            yield names, path, ends[1].strip()


def _in_vain(names: list[str], path: str, found: str) -> Iterator[str]:
    """The places in the project or the author's own tree that were searched before a file was found."""
    for folder in path.split(":") if not Path(names[0]).is_absolute() else ["."]:
        if folder.startswith("!!") or (Path(folder).is_absolute() and not Path(folder).is_relative_to(Path.cwd())):
            continue  # in TeX's own tree
        for each in [folder] if not folder.endswith("//") else [below for below, _, _ in os.walk(folder.rstrip("/"))]:
            places = [os.path.normpath(Path(each, name)) for name in names]
            if found and os.path.normpath(found) in places:
                return
            yield from (place for place in places if not (place.endswith(SEEN) and "/" not in place))
