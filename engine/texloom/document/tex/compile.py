"""Run latexmk on the rendered sources; the same sources give the same bytes, and errors of LaTeX are clear.

LaTeX reads files of its last run: labels, contents, bibliography. They are reused only if that run succeeded and they
are unchanged since, which a seal beside them proves; otherwise LaTeX starts from scratch.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from texloom.data.digests import Digests
from texloom.document.rendering import SOURCE_MAP
from texloom.document.tex import log as texlog
from texloom.document.tex.labels import with_places
from texloom.document.tex.recorded import SEARCH_DEBUG, SETTINGS, TELL_SETTINGS, keep_searches, read_by_latex
from texloom.errors import ReportError, closest
from texloom.machine import processes
from texloom.machine.disk import check_room
from texloom.manifest import MANIFEST
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.written import LATEX, LATEX_SEAL, latex_files
from texloom.staleness.whole import damage_of_latex

BIBLIOGRAPHY = Path("theory/references.bib")
END_OF_PDF = b"%%EOF"
ENDED = re.compile(
    rb"^(Output written on|No pages of output)|(?<!fwrite\(\) failed\n) ==> Fatal error occurred", re.MULTILINE
)
"""Matches the log of a run that was not killed, successful or not. A run that failed because it could not write the PDF
is not matched."""
PROGRAM_OPTIONS = {"pdflatex": "-pdf", "lualatex": "-lualatex"}
"""The option of latexmk for each TeX program."""
ROOM_NEEDED = 2**24
"""Free space on the disk, in bytes, that a run of LaTeX needs."""


def tex_environment(date: datetime.date) -> dict[str, str]:
    """The environment of LaTeX: the report's date as the current time, no line breaks in the log."""
    noon = datetime.datetime.combine(date, datetime.time(12), datetime.UTC)
    return os.environ | {
        "SOURCE_DATE_EPOCH": str(int(noon.timestamp())),
        "FORCE_SOURCE_DATE": "1",
        "max_print_line": "10000",
        "error_line": "254",
        "half_error_line": "238",
        "TZ": "UTC",
    }


def compile_pdf(folder: Path, date: datetime.date, engine: str = "pdflatex") -> Path:
    """Compile <folder>/report.tex with the TeX program `engine` and return the PDF beside it.

    Runs in the project's root, so that TeX names files as the author does. Raises ReportError for errors of LaTeX and
    BibTeX, undefined references and citations, missing figures, and boxes that are overfull by more than 5 pt. Raises
    OSError if the disk is full, which LaTeX does not always report.
    """
    forget_unfinished(folder)
    # Stores the names of this run's files, in case it is killed and its recorder is incomplete.
    write_sealed(folder / LATEX_SEAL, dict.fromkeys({*LATEX, *_digests(folder)}, ""))
    # -g: latexmk compares files by size and whole seconds; here it is known that something has changed.
    command = [
        "latexmk",
        "-g",
        PROGRAM_OPTIONS[engine],
        "-silent",
        "-interaction=nonstopmode",
        "-file-line-error",
        "-halt-on-error",
    ]
    # Only the report's own settings of latexmk: a user's or the system's would give another document elsewhere.
    command += ["-norc", "-e", TELL_SETTINGS]
    command += [word for name in SETTINGS if Path(name).exists() for word in ("-r", name)][:2]
    # No absolute path for BibTeX: kpathsea interprets braces and other characters in it as a pattern.
    command += ["-bibtexfudge-", "-no-shell-escape", f"-output-directory={folder}", str(folder / "report.tex")]
    log, pdf = folder / "report.log", folder / "report.pdf"
    finished = processes.run(
        command,
        env=tex_environment(date) | SEARCH_DEBUG,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    if killed := processes.ended(finished.returncode):
        raise ReportError("latexmk", killed, "run make again to continue")
    finished.stderr = keep_searches(folder, finished.stderr)
    found = (read_bibtex_log(folder / "report.blg") if finished.returncode else []) or read_log(log)
    if found or finished.returncode:
        _refuse_full_disk(folder)
        raise _report(found, folder, finished)
    if not is_whole_pdf(pdf):
        raise ReportError(pdf, "is incomplete, although LaTeX reported no error", f"see {log}")
    seal(folder)
    return pdf


def seal(folder: Path) -> None:
    """Store the digests of the finished files in a folder."""
    write_sealed(folder / LATEX_SEAL, _digests(folder))


def _refuse_full_disk(folder: Path) -> None:
    """Raise the system's error if LaTeX could not finish writing because the disk is full."""
    log, pdf = folder / "report.log", folder / "report.pdf"
    if log.exists() and ENDED.search(log.read_bytes()):
        return
    try:
        check_room(folder, ROOM_NEEDED)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(pdf)) from None


def is_whole_pdf(pdf: Path) -> bool:
    """Whether a PDF exists and is complete."""
    return pdf.is_file() and END_OF_PDF in pdf.read_bytes()[-1024:]


def is_finished(folder: Path) -> bool:
    """Whether the last run of LaTeX in a folder succeeded and its files are unchanged."""
    return not damage_of_latex(folder, Digests())


def forget_unfinished(folder: Path) -> None:
    """Remove the files of a run of LaTeX that failed or whose files were changed since.

    Its sources stay, and so do all files that LaTeX did not write.
    """
    if not is_finished(folder):
        for path in latex_files(folder):
            path.unlink()


def _digests(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in latex_files(folder)}


def read_bibtex_log(log: Path) -> list[texlog.Problem]:
    """The errors in a log of BibTeX; none if there is no log."""
    return texlog.bibtex_errors(log.read_text(encoding="utf-8", errors="replace")) if log.exists() else []


def read_log(log: Path) -> list[texlog.Problem]:
    """The problems in a log of LaTeX; none if there is no log."""
    found = texlog.problems(log.read_text(encoding="utf-8", errors="replace")) if log.exists() else []
    read = [path.as_posix() for path in read_by_latex(log.parent) if path.suffix == ".tex" and not path.is_absolute()]
    # report.tex comes last, because it contains all titles, too:
    parts = sorted(dict.fromkeys(read), key=lambda name: name.endswith("/report.tex"))
    return [_with_line(problem, [problem.file, *parts]) for problem in found]


def _with_line(problem: texlog.Problem, files: Sequence[str]) -> texlog.Problem:
    """Add the first place in the files to a problem with a character that a font lacks; leave others unchanged."""
    placed = (texlog.in_text(replace(problem, file=file), _source(file)) for file in files)
    return next((each for each in placed if each.line), problem) if not problem.line else problem


def _source(file: str) -> str:
    """The text of a file that a log names; empty if it cannot be read."""
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _report(found: list[texlog.Problem], folder: Path, finished: subprocess.CompletedProcess[str]) -> ReportError:
    if not found:
        last = (finished.stderr or finished.stdout).strip().splitlines()[-3:]
        return ReportError(
            "latexmk", f"failed with exit code {finished.returncode}: {' '.join(last)}", f"see {folder}/report.log"
        )
    source_map = json.loads((folder / SOURCE_MAP).read_text(encoding="utf-8"))
    found = [with_places(problem, folder, source_map) for problem in found]
    shown = [texlog.translate(problem, source_map) for problem in found]
    shown = [texlog.from_value(problem, _source(problem.file), MANIFEST) for problem in shown]
    shown = [texlog.with_closest(problem, lambda name: str(closest(name, _known_names(folder)))) for problem in shown]
    first, *rest = shown
    where = f"{first.file}:{first.line}" if first.line else first.file
    others = [f"{p.file}:{p.line}: {p.what}" if p.line else f"{p.file}: {p.what}" for p in rest[:9]]
    way_out = "\n  ".join(filter(None, [first.way_out, *others, f"the whole log: {folder}/report.log"]))
    return ReportError(where, first.what, way_out)


def _known_names(folder: Path) -> list[str]:
    """Labels of the last run and keys of the bibliography."""
    aux = folder / "report.aux"
    labels = re.findall(r"\\newlabel\{([^}@]+)\}", aux.read_text(errors="replace")) if aux.exists() else []
    bibliography = BIBLIOGRAPHY.read_text(encoding="utf-8") if BIBLIOGRAPHY.is_file() else ""
    return labels + re.findall(r"^@\w+\{([^,\s]+)", bibliography, re.MULTILINE)
