"""Parse logs of LaTeX and BibTeX: errors, undefined references, content that is not on the page, each with its place.

The log must be written with `-file-line-error` and a `max_print_line` large enough that TeX breaks no line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

OVERFULL_LIMIT = 5.0
"""Boxes may be overfull by this many points; more is visible."""

ERROR = re.compile(r"^(?P<file>[^\s:()]+):(?P<line>\d+): (?P<what>.*)")
UNDEFINED = re.compile(
    r"Warning: (?P<kind>Reference|Citation|Hyper reference) [`'](?P<name>[^']+)'"
    r".* undefined.* on input line (?P<line>\d+)"
)
MULTIPLY = re.compile(r"LaTeX Warning: Label `(?P<name>[^']+)' multiply defined")
OVERFULL = re.compile(r"^Overfull \\(?P<box>[hv])box \((?P<points>[\d.]+)pt too \w+\)(?P<rest>.*)")
TOO_LARGE = re.compile(r"LaTeX Warning: Float too large for page by (?P<points>[\d.]+)pt on input line (?P<line>\d+)")
NO_CHARACTER = re.compile(r"^Missing character: There is no (?P<character>.+?)(?: \(.*\))? in font (?P<font>.+?)!")
NOT_SET_UP = re.compile(r"LaTeX Error: Unicode character (?P<character>.) ?\((?P<code>U\+\w+)\)")
BAD_BYTE = re.compile(r"LaTeX Error: Invalid UTF-8 byte")
"""What pdfLaTeX says of a character that is not ASCII in a listing."""
ANY_SCRIPT = 'engine = "lualatex" below [report] in report.toml prints characters of any script'
BAD_PICTURE = re.compile(r"^!pdfTeX error: .*\(file (?P<file>.+?)\): (?P<what>.*)")
NO_FONT = "nullfont"
"""The font of pictures by TikZ, in which characters between commands are lost on purpose."""
PAGE = re.compile(r"\[(\d+)")
BIBTEX_ERROR = re.compile(r"^(?P<what>.+?)\n?---line (?P<line>\d+) of file (?P<file>.+)$", re.MULTILINE)
"""Warnings have two dashes before "line", and are not matched."""
LINES = re.compile(r"lines? (\d+)(?:--(\d+))?")
PAREN = re.compile(r"\((?P<file>(?:\./|/|\.\./)?[\w@./+-]*\.\w+)?|\)")


@dataclass(frozen=True)
class Problem:
    """An error or warning of LaTeX with its position; line 0 if it has none."""

    file: str
    line: int
    what: str
    way_out: str = ""


def problems(log: str) -> list[Problem]:
    """All problems that must fail a build, in the order of the log.

    If there are errors, only these: they stop TeX, and undefined references and overfull boxes are then meaningless.
    """
    errors: list[Problem] = []
    found: list[Problem] = []
    stack: list[str | None] = []
    closed = ""
    box_text = False
    lines = log.splitlines()
    for number, line in enumerate(lines):
        if box_text:  # the lines after an overfull box quote the text, parentheses and all
            box_text = bool(line.strip())
            continue
        current = next((name for name in reversed(stack) if name), "")
        if match := ERROR.match(line):
            if "==> Fatal error occurred" in line:  # repeats the previous error
                continue
            what, quoted = _error(match["what"], lines[number + 1 :])
            errors.append(Problem(match["file"].removeprefix("./"), int(match["line"]), what, quoted))
            continue
        if match := BAD_PICTURE.match(line):
            what = f"the picture {match['file']} cannot be read: {match['what']}"
            errors.append(Problem(current, 0, what, "replace it by one that a viewer shows"))
            continue
        if match := OVERFULL.match(line):
            box_text = match["box"] == "h"
            if float(match["points"]) > OVERFULL_LIMIT:
                found.append(_overfull(match, current, closed, _page(lines[number:])))
            continue
        if (match := TOO_LARGE.search(line)) and float(match["points"]) > OVERFULL_LIMIT:
            found.append(_too_large(match, current))
            continue
        if match := NO_CHARACTER.match(line):
            if match["font"] != NO_FONT:
                found.append(_no_character(match, current, _page(lines[number:])))
            continue
        if match := UNDEFINED.search(line):
            found.append(_undefined(match, current))
        elif (match := MULTIPLY.search(line)) and not match["name"].endswith("@cref"):  # cleveref's own
            found.append(Problem(current, 0, f"label '{match['name']}' is defined twice"))
        closed = _follow(line, stack) or closed
    return list(dict.fromkeys(errors or found))


def bibtex_errors(log: str) -> list[Problem]:
    """The errors in BibTeX's log. LaTeX does not run again after one, so all references are undefined then."""
    found = BIBTEX_ERROR.finditer(log)
    return [Problem(each["file"], int(each["line"]), f"BibTeX: {each['what']}", "see report.blg") for each in found]


def _follow(line: str, stack: list[str | None]) -> str:
    """Track the files that TeX has open: "(file" opens one, ")" closes it; other parentheses are balanced.

    Returns the last .tex file that the line closes.
    """
    closed = ""
    for match in PAREN.finditer(line):
        if match[0] == ")":
            name = stack.pop() if stack else None
            closed = name if name and name.endswith(".tex") else closed
        else:
            stack.append(match["file"].removeprefix("./") if match["file"] else None)
    return closed


def _error(what: str, context: list[str]) -> tuple[str, str]:
    """The text of an error, and TeX's quotation of the source or the way out as the hint."""
    if match := NOT_SET_UP.match(what):
        return f"pdfLaTeX cannot print the character '{match['character']}' ({match['code']})", ANY_SCRIPT
    if BAD_BYTE.match(what):
        return "pdfLaTeX cannot print a character of this listing", f"{ANY_SCRIPT}, in listings, too"
    quoted = next((line for line in context[:12] if re.match(r"l\.\d+ ", line)), "")
    text = re.sub(r"^l\.\d+ ?", "", quoted).strip()
    return what.removesuffix("."), f"TeX stopped after: {text}" if text else ""


def _overfull(match: re.Match[str], file: str, closed: str, page: str) -> Problem:
    where = LINES.search(match["rest"])
    if where and where[2] and int(where[2]) < int(where[1]):  # it began in a file that has been closed since
        file = closed or file
    direction = "wide" if match["box"] == "h" else "high"
    too_much = f"{float(match['points']):.1f} pt too {direction} for the page"
    return Problem(
        file,
        int(where[1]) if where else 0,
        f"a box is {too_much}" if where or not page else f"the content of page {page} is {too_much}",
        "reword, break the formula, or make the table or figure smaller",
    )


def _too_large(match: re.Match[str], file: str) -> Problem:
    what = f"a figure or table is {float(match['points']):.1f} pt too high for the page, with its caption"
    return Problem(file, int(match["line"]), what, "make it smaller, or divide it")


def _no_character(match: re.Match[str], file: str, page: str) -> Problem:
    where = f" of page {page}" if page else ""
    what = f"the font{where} has no character {match['character']}, which is not printed (font {match['font']})"
    return Problem(file, 0, what, "choose a font that has it, or write the character in another way")


def _page(lines: list[str]) -> str:
    """The number of the page that is written next; empty if there is none."""
    return next((match[1] for line in lines if (match := PAGE.match(line.lstrip(") ")))), "")


def from_value(problem: Problem, source: str, manifest: Path) -> Problem:
    """A character that a template does not have itself comes from report.toml, if that has it.

    source: the text of the problem's file.
    """
    match = re.search(r"cannot print the character '(.)'", problem.what)
    line = source.splitlines()[problem.line - 1 : problem.line]
    if not match or match[1] in "".join(line) or not manifest.is_file():
        return problem
    lines = enumerate(manifest.read_text(encoding="utf-8").splitlines(), start=1)
    found = next((number for number, text in lines if match[1] in text), 0)
    return replace(problem, file=str(manifest), line=found) if found else problem


def in_text(problem: Problem, text: str) -> Problem:
    """A problem with a character that a font lacks, with the first line of its file that has this character."""
    match = re.search(r"has no character (\S+), which|^the picture (?P<picture>\S+) cannot", problem.what)
    if not match or problem.line:
        return problem
    lines = (number for number, line in enumerate(text.splitlines(), start=1) if (match[1] or match["picture"]) in line)
    return replace(problem, line=next(lines, 0))


def _undefined(match: re.Match[str], file: str) -> Problem:
    name, line = match["name"], int(match["line"])
    if match["kind"] == "Citation":
        return Problem(file, line, f"citation '{name}' is not in theory/references.bib")
    return Problem(file, line, f"reference to '{name}', which no \\label defines")


def translate(problem: Problem, source_map: dict[str, list[str]]) -> Problem:
    """Map a problem in a rendered file to the author's own file and line."""
    places = source_map.get(problem.file)
    if not places or not 0 < problem.line <= len(places) or not places[problem.line - 1]:
        return problem
    file, line = places[problem.line - 1].rsplit(":", 1)
    return Problem(f"templates/{file}", int(line), problem.what, problem.way_out)


def with_closest(problem: Problem, known: Callable[[str], str]) -> Problem:
    """Add the closest existing name to an undefined reference or citation."""
    if match := re.match(r"(?:reference to|citation) '([^']+)'", problem.what):
        return Problem(problem.file, problem.line, problem.what, known(match[1]))
    return problem
