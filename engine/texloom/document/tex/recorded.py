"""The reads of LaTeX, BibTeX and latexmk, from their own records, and the places that they search first."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from texloom.results.places import BuildFolder
from texloom.results.written import SOUGHT, Written
from texloom.staleness.recording.origins import SYSTEM, is_below
from texloom.staleness.recording.reads import FOLDERS, GENERATED, absolute
from texloom.staleness.recording.recorder import Recorder
from texloom.staleness.recording.unseen import LATEX

PROGRAMS = ("latexmk", "bibtex")
FORMATS = {"pdflatex.fmt": "pdflatex", "lualatex.fmt": "lualatex"}
"""The TeX program that reads each format."""
OWN_TREE = Path("~/texmf")
"""The user's own TeX tree, which takes precedence over the distribution."""
CACHE = "luatex-cache"
"""The folder of what LuaLaTeX has computed from fonts; the fonts themselves count."""
FONT = re.compile(r"<(/[^<>]+\.(?:otf|ttf|ttc))>")
"""A font that LuaLaTeX has put into the PDF, in its log."""
SETTINGS = (".latexmkrc", "latexmkrc")
"""The report's settings of latexmk: the first one that exists is used, and none of the user or the system."""
TELL_SETTINGS = 'END { print STDERR "kdebug:settings $_\\n" for values %INC }'
"""Perl code that makes latexmk print the files that its settings have read, by `do` or `require`."""
DEEP = "//"
"""Ends a folder of a search path that is searched with everything below it."""
BESIDE = "|".join(
    f"*.{suffix}" for suffix in ("sty", "cls", "clo", "cfg", "def", "fd", "tex", "ltx", "bst", "bib", "map", "enc")
)
"""Patterns of files that TeX would use from the project's root instead of those in its own tree."""
SEEN = tuple(pattern.removeprefix("*") for pattern in BESIDE.split("|"))
ANY = "*"
SEARCH_DEBUG = {"KPATHSEA_DEBUG": "32"}
"""Environment variable that makes LaTeX and BibTeX print each search for a file on stderr."""
BEGINS = re.compile(r"kdebug:start (?:generic )?search\((?:files=\[(.*?)\]|\w+=(.*?)), must_exist=.*?path=(.*)\)")
SETTING = re.compile(r"^kdebug:settings (.+)$", re.MULTILINE)
ENDS = re.compile(r"kdebug:returning from (?:generic )?search\(.*?\) =>(.*)")
"""SETTING: a file that latexmk's settings have read; BEGINS: the start of a search for names along a path; ENDS: the
end of a search, with its result."""


def note_reads(recorder: Recorder, folder: Path) -> None:
    """Pass the reads of the last run in a folder to a recorder, without what the engine and LaTeX wrote in a build."""
    sought = sought_before(folder)
    trees = [Path(name) for name in sought if name.endswith(DEEP)]
    named = (Path(name) for name in sought if not name.endswith(DEEP))
    found = {*read_by_latex(folder), *read_by_bibtex(folder), *named, *map(Path, SETTINGS)}
    typesetting = [FORMATS[path.name] for path in found if path.name in FORMATS]
    written = {absolute(path) for path in Written(BuildFolder(folder.parent), {}).results()}
    for path in found:
        if absolute(path) not in written:
            recorder.note(path, LATEX)
    for program in filter(None, map(shutil.which, (*PROGRAMS, *typesetting))):
        recorder.note(Path(program), LATEX)
    recorder.note_listing(Path(), BESIDE)
    for tree in trees:
        for below in [*_folders_below(str(tree))] or [str(tree)]:
            recorder.note_listing(Path(below), ANY if _is_elsewhere(below) else FOLDERS)


def read_by_latex(folder: Path) -> Iterator[Path]:
    """The files that LaTeX opened, from its recorder, and the fonts that LuaLaTeX names only in its log.

    LuaLaTeX's cache of these fonts does not count.
    """
    yield from (path for path in _recorded(folder, "INPUT ") if CACHE not in path.parts)
    log = folder / "report.log"
    yield from map(Path, FONT.findall(log.read_text(encoding="utf-8", errors="replace")) if log.exists() else ())


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
    """Store where LaTeX looked for files in vain, with latexmk's settings, and return the other lines of stderr.

    A run of only BibTeX adds to the list of the last run of LaTeX.
    """
    searches = list(_searches(stderr.splitlines()))
    folders_below = cache(lambda tree: [*_folders_below(tree)])
    in_vain = {name for names, path, found in searches for name in _in_vain(names, path, found, folders_below)}
    in_vain |= {name for name in SETTING.findall(stderr) if not is_below(name, SYSTEM)}
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
            names = _runs(together.split(" ")) if together else [alone or ""]
        elif ends := ENDS.match(line):
            yield names, path, ends[1].strip()


def _runs(words: Sequence[str]) -> list[str]:
    """The runs of neighbouring words: a name with spaces is one of them, because spaces also separate the names."""
    ends = ((first, last) for first in range(len(words)) for last in range(first + 1, len(words) + 1))
    return [" ".join(words[first:last]) for first, last in ends]


def _in_vain(names: list[str], path: str, found: str, folders_below: Callable[[str], Collection[str]]) -> Iterator[str]:
    """The places that were searched before a file was found, except in TeX's own tree and the system's folders.

    Folders that are searched with everything below them end with `DEEP`; elsewhere they stand for all files in them.
    """
    for folder in path.split(":") if not Path(names[0]).is_absolute() else ["."]:
        if folder.startswith("!!") or is_below(folder, SYSTEM):
            continue
        top = os.path.normpath(folder)
        if folder.endswith(DEEP):
            yield f"{top}{DEEP}"
            if _is_elsewhere(top):
                if is_below(found, (top,)):
                    return
                continue
        for each in folders_below(top) if folder.endswith(DEEP) else [top]:
            places = [os.path.normpath(Path(each, name)) for name in names]
            if found and os.path.normpath(found) in places:
                return
            yield from (place for place in places if not (place.endswith(SEEN) and "/" not in place))


def _is_elsewhere(folder: str) -> bool:
    """Whether a folder lies outside the report."""
    return Path(folder).is_absolute() and not Path(folder).is_relative_to(Path.cwd())


def _folders_below(top: str) -> Iterator[str]:
    """A folder and all those below it, through links, each once; without those that tools generate."""
    known = set()
    for folder, names, _ in os.walk(top, followlinks=True):
        names[:] = sorted({*names} - GENERATED)
        if (place := Path(folder).resolve()) in known:
            names.clear()
        else:
            known.add(place)
            yield folder
