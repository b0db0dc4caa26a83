"""Find where a label is defined twice: LaTeX says only that it is."""

from __future__ import annotations

import re
from pathlib import Path

from texloom.document.tex.log import Problem, translate
from texloom.document.tex.recorded import read_by_latex

TWICE = re.compile(r"label '([^']+)' is defined twice")


def with_places(problem: Problem, folder: Path, source_map: dict[str, list[str]]) -> Problem:
    """A label that is defined twice, with the author's files and lines where it is; other problems unchanged.

    folder: of the document, whose recorder lists the files that LaTeX read.
    """
    match = TWICE.fullmatch(problem.what)
    places = [translate(place, source_map) for place in _places(match[1], folder)] if match else []
    if not places:
        return problem
    first, *others = places
    if others and {(each.file, each.line) for each in others} == {(first.file, first.line)}:
        way_out = "this line is used more than once, as in a loop: give the label another name each time"
    elif others:
        also = ", ".join(f"{each.file}:{each.line}" for each in others)
        way_out = f"also at {also}; place it once and refer to it with \\cref, or rename one of the labels"
    else:
        way_out = problem.way_out
    return Problem(first.file, first.line, problem.what, way_out)


def _places(label: str, folder: Path) -> list[Problem]:
    """The lines that define a label, in the files of the project that LaTeX read, in the order of reading."""
    name = re.escape(label)
    defines = re.compile(
        rf"\\label\s*\{{{name}\}}|\blabel\s*=\s*\{{?{name}[}},\]]|\\(?:long)?pagedtable\{{.*\}}\{{{name}\}}\{{"
    )
    found = []
    for path in dict.fromkeys(read_by_latex(folder)):
        if path.is_absolute() or path.suffix != ".tex" or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            code = re.sub(r"(?<!\\)%.*", "", line)
            found += [Problem(path.as_posix(), number, "")] * len(defines.findall(code))
    return found
