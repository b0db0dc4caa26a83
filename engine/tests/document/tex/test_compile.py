"""latexmk on small documents: the same bytes twice, and errors with the author's file and line."""

from __future__ import annotations

import datetime
import io
import json
import os
import resource
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from pypdf import PdfReader

from texloom import manifest
from texloom.document import templating
from texloom.document.tex import compile as compiling
from texloom.document.tex import floats, latex
from texloom.errors import ReportError
from texloom.results.tables import Table
from texloom.results.written import LATEX_SEAL

LISTINGS = "\\usepackage{listings}\\newcommand{\\pagedtable}[5]{\\begin{table}\\caption{#1}\\label{#2}\\end{table}}"
DATE = datetime.date(2024, 8, 23)
LIGHT = r"\usepackage{graphicx}"
SAME_BYTES = r"\pdftrailerid{}\pdfsuppressptexinfo=-1"
SPECIAL = r"# $ % & ~ _ ^ \ { } < > | [x] --- \cmd"


@pytest.fixture(autouse=True)
def in_project(project: Path) -> None:
    """The small project is the current folder."""


def latex_table() -> str:
    """A table that is longer than a page."""
    return str(floats.table_float(Table([("A", "")], [["a"]] * 26), "A, by \\emph{two}", "tab:a"))


def write(folder: str, body: str, preamble: str = LIGHT) -> Path:
    """Write a document whose body is mapped line by line to a template, from its line 41 on."""
    head = f"\\documentclass{{article}}\n{preamble}\n\\begin{{document}}\n"
    text = f"{head}{body}\n\\end{{document}}\n"
    path = Path(folder)
    path.mkdir(parents=True)
    (path / "report.tex").write_text(text, encoding="utf-8")
    places = ["", "", "", *(f"sections/toy.tex.j2:{41 + i}" for i in range(body.count("\n") + 1)), ""]
    (path / compiling.SOURCE_MAP).write_text(json.dumps({f"{folder}/report.tex": places}))
    return path


def error_of(folder: Path) -> ReportError:
    with pytest.raises(ReportError) as error:
        compiling.compile_pdf(folder, DATE)
    return error.value


def test_the_same_sources_give_the_same_bytes_in_any_folder_and_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    body = r"\section{One}\label{sec:one} See \ref{sec:one}, \today."
    first = compiling.compile_pdf(write("build/a", body, SAME_BYTES), DATE).read_bytes()
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert compiling.compile_pdf(write("build/b", body, SAME_BYTES), DATE).read_bytes() == first
    text = PdfReader(io.BytesIO(first)).pages[0].extract_text()
    assert "See 1" in text
    assert "August 23, 2024" in text


def test_escaped_text_prints_just_that_text() -> None:
    folder = write("build/tex", rf"\texttt{{{latex.escape(SPECIAL)}}}", r"\usepackage[T1]{fontenc}\usepackage{lmodern}")
    pdf = compiling.compile_pdf(folder, DATE)
    found = PdfReader(pdf).pages[0].extract_text().splitlines()
    assert any(line.replace("˜", "~").replace("ˆ", "^").split() == SPECIAL.split() for line in found), found


def test_undefined_reference_names_the_template_line_and_the_closest_label() -> None:
    error = error_of(write("build/tex", "\\section{One}\\label{sec:one}\nText\n\n\\ref{sec:on}\n"))
    assert error.where == "templates/sections/toy.tex.j2:44"
    assert error.what == "reference to 'sec:on', which no \\label defines"
    assert "closest: 'sec:one'" in error.way_out


def test_undefined_citation_names_the_closest_entry() -> None:
    error = error_of(
        write("build/tex", "\\cite{knuth1985}\n\\bibliographystyle{plain}\\bibliography{theory/references}")
    )
    assert error.where == "templates/sections/toy.tex.j2:41"
    assert "citation 'knuth1985'" in error.what
    assert "closest: 'knuth1984'" in error.way_out


CITES = "\\cite{knuth1984}\n\\bibliographystyle{plain}\\bibliography{theory/references}"


def test_bibtex_finds_the_bibliography_whatever_the_folder_of_the_report_is_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Kpathsea would interpret braces, colons and dollars in an absolute path as a pattern of folders."""
    odd = tmp_path_factory.mktemp("odd") / "~a{b,c},d;e:f$HOME"
    shutil.copytree(".", odd)
    monkeypatch.chdir(odd)
    folder = write("build/tex", CITES)
    assert compiling.compile_pdf(folder, DATE).exists()
    assert "knuth1984" in (folder / "report.bbl").read_text()


def test_an_error_of_bibtex_is_reported_with_its_text() -> None:
    bibliography = Path("theory/references.bib")
    bibliography.write_text("@book{knuth1984\n  title = {The TeXbook},\n}\n")
    error = error_of(write("build/a", CITES))
    assert (error.where, error.what) == ("theory/references.bib:2", "BibTeX: I was expecting a `,' or a `}'")
    assert "report.blg" in error.way_out
    bibliography.unlink()
    assert "citation 'knuth1984' is not in theory/references.bib" in str(error_of(write("build/b", CITES)))


def test_latex_error_in_a_fragment_names_the_fragment() -> None:
    Path("theory/alpha_text.tex").write_text("fine\n\\undefinedcommand\n")
    error = error_of(write("build/tex", r"\input{theory/alpha_text.tex}"))
    assert (error.where, error.what) == ("theory/alpha_text.tex:2", "Undefined control sequence")
    assert "\\undefinedcommand" in error.way_out


def test_what_is_lost_below_the_page_names_the_template_line() -> None:
    error = error_of(write("build/a", "a\n\n\\begin{figure}\\rule{1cm}{30cm}\\end{figure}\n\nb"))
    assert error.where == "templates/sections/toy.tex.j2:43"
    assert error.what.startswith("a figure or table is ")
    assert "pt too high for the page" in error.what


def test_a_character_that_the_font_lacks_names_the_template_line() -> None:
    error = error_of(write("build/a", "a\n\n\\font\\signs=lasy10 {\\signs Q}\n"))
    assert error.where == "templates/sections/toy.tex.j2:43"
    assert "has no character Q" in error.what


TWICE = {
    "a label": ("\\section{One}\\label{sec:one}\n\n\\section{Two} % \\label{sec:one}\n\\label{sec:one}", "sec:one", 44),
    "a listing": (
        "\\begin{lstlisting}[caption={A}, label={lst:a}, firstnumber=3]\n\\end{lstlisting}\n"
        "\\begin{lstlisting}[label=lst:a, caption={B}]\n\\end{lstlisting}",
        "lst:a",
        43,
    ),
    "a long table": (
        f"{latex_table()}\n\n\\begin{{table}}\\caption{{B}}\\label{{tab:a}}\\end{{table}}",
        "tab:a",
        71,
    ),
}


@pytest.mark.parametrize("what", TWICE)
def test_a_label_that_is_defined_twice_is_told_with_both_places(what: str) -> None:
    body, label, line = TWICE[what]
    error = error_of(write("build/tex", body, LISTINGS))
    assert str(error).startswith(
        f"templates/sections/toy.tex.j2:41: label '{label}' is defined twice\n"
        f"  also at templates/sections/toy.tex.j2:{line}; place it once and refer to it with \\cref"
    )


def test_a_label_in_a_fragment_and_in_a_template_is_told_with_both_files() -> None:
    Path("theory/alpha_text.tex").write_text("fine\n\\section{A}\n\\label{sec:a}\n")
    error = error_of(write("build/tex", "\\section{One}\\label{sec:a}\n\\input{theory/alpha_text.tex}"))
    assert error.where == "templates/sections/toy.tex.j2:41"
    assert "also at theory/alpha_text.tex:3; " in error.way_out


def test_missing_figure_and_overfull_box_name_the_template_line() -> None:
    assert error_of(write("build/a", "a\n\n\\includegraphics{gone.pdf}")).where == "templates/sections/toy.tex.j2:43"
    error = error_of(write("build/b", "a\n\n\\noindent\\rule{20cm}{1pt}"))
    assert error.where == "templates/sections/toy.tex.j2:43"
    assert "pt too wide for the page" in error.what


def test_a_mended_document_compiles_after_a_failure() -> None:
    folder = write("build/tex", r"\undefinedcommand")
    error_of(folder)
    error_of(folder)  # latexmk does not treat the failed run as finished
    shutil.rmtree(folder)
    folder = write("build/tex", "mended")
    assert compiling.compile_pdf(folder, DATE).stat().st_size > 1000


def test_what_changed_at_the_same_size_and_time_is_read_again() -> None:
    """latexmk alone would not notice it, because it compares files by size and whole seconds."""
    folder = write("build/tex", "\\input{theory/part}\\cite{k}\\bibliographystyle{plain}\\bibliography{theory/own}")
    for word in ("first", "other"):
        Path("theory/part.tex").write_text(f"A {word} text.")
        Path("theory/own.bib").write_text(f"@misc{{k, title = {{Of {word} things}}}}")
        for path in (Path("theory/part.tex"), Path("theory/own.bib")):
            os.utime(path, (1_500_000_000, 1_500_000_000))
        text = PdfReader(compiling.compile_pdf(folder, DATE)).pages[0].extract_text()
        assert (f"A {word} text." in text, f"Of {word} things" in text) == (True, True), text


BODY = r"\section{One}\label{sec:one} See \ref{sec:one}."


def as_from_nothing(folder: Path, name: str) -> bool:
    """Whether a document that is compiled again has the same bytes as one compiled in an empty folder."""
    fresh = compiling.compile_pdf(write(name, BODY, SAME_BYTES), DATE).read_bytes()
    return compiling.compile_pdf(folder, DATE).read_bytes() == fresh


@pytest.mark.parametrize("product", ["report.pdf", "report.aux", "report.fdb_latexmk", "report.log"])
@pytest.mark.parametrize("damage", ["truncated", "removed", "edited"])
def test_damaged_leftovers_are_never_reused(product: str, damage: str) -> None:
    folder = write("build/tex", BODY, SAME_BYTES)
    path = folder / product
    compiling.compile_pdf(folder, DATE)
    assert compiling.is_finished(folder)
    content = path.read_bytes()
    if damage == "removed":
        path.unlink()
    else:
        path.write_bytes(content[: len(content) // 2] + (b"x" if damage == "edited" else b""))
    assert not compiling.is_finished(folder)
    assert as_from_nothing(folder, "build/fresh")
    assert compiling.is_finished(folder)


@pytest.mark.parametrize("when", ["before LaTeX", "in its first run"])
def test_a_run_that_was_killed_leaves_nothing_that_is_used(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(command: list[str], **options: object) -> None:
        if when == "in its first run":
            once = ["pdflatex", f"-output-directory={folder}", str(folder / "report.tex")]
            subprocess.run(once, stdout=subprocess.DEVNULL, check=True)  # its references are not resolved
        raise KeyboardInterrupt

    folder = write("build/tex", BODY, SAME_BYTES)
    compiling.compile_pdf(folder, DATE)
    with monkeypatch.context() as patch:
        patch.setattr(compiling.processes, "run", killed)
        with pytest.raises(KeyboardInterrupt):
            compiling.compile_pdf(folder, DATE)
    assert not compiling.is_finished(folder)
    assert as_from_nothing(folder, "build/fresh")


def test_leftovers_of_a_failed_run_are_removed_and_its_sources_and_a_user_s_files_stay() -> None:
    writes = r"\newwrite\x\immediate\openout\x=report.odd\immediate\write\x{text}\immediate\closeout\x"
    folder = write("build/tex", f"{writes}\n\\undefinedcommand")
    (folder / "report.notes").write_text("mine")
    error_of(folder)
    assert (folder / "report.odd").exists()
    compiling.forget_unfinished(folder)
    left = {path.name for path in folder.iterdir()}
    assert left == {"report.tex", "report.notes", compiling.SOURCE_MAP, LATEX_SEAL}


def test_what_a_document_writes_besides_is_known_of_its_next_run_that_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes = r"\newwrite\x\immediate\openout\x=report.odd\immediate\write\x{text}\immediate\closeout\x"
    folder = write("build/tex", f"{writes}\ntext")
    compiling.compile_pdf(folder, DATE)

    def killed(*_: object, **__: object) -> None:
        (folder / "report.fls").write_text("PWD ")  # truncated
        raise KeyboardInterrupt

    monkeypatch.setattr(compiling.processes, "run", killed)
    with pytest.raises(KeyboardInterrupt):
        compiling.compile_pdf(folder, DATE)
    assert (folder / "report.odd").exists()
    compiling.forget_unfinished(folder)
    assert {path.name for path in folder.iterdir()} == {"report.tex", compiling.SOURCE_MAP, LATEX_SEAL}


def test_shell_escape_is_off() -> None:
    folder = write("build/tex", r"\immediate\write18{touch escaped}text")
    compiling.compile_pdf(folder, DATE)
    assert not Path("escaped").exists()


@pytest.mark.parametrize(
    ("log", "raised"),
    [
        ("This is pdfTeX\n(article.cls", OSError),  # truncated
        ("!pdfTeX error: pdflatex: fwrite() failed\n ==> Fatal error occurred, no output PDF file!\n", OSError),
        ("!  ==> Fatal error occurred, no output PDF file produced!\n", ReportError),
        ("Output written on report.pdf\n", ReportError),
    ],
)
def test_a_disk_that_is_full_under_latex_is_reported_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: str, raised: type[Exception]
) -> None:
    def latexmk(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        (tmp_path / "report.log").write_text(log)
        return subprocess.CompletedProcess(command, 12, "", "failed")

    monkeypatch.setattr(compiling.processes, "run", latexmk)
    (tmp_path / compiling.SOURCE_MAP).write_text("{}")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        with pytest.raises(raised) as told:
            compiling.compile_pdf(tmp_path, DATE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert raised is ReportError or getattr(told.value, "filename", "") == str(tmp_path / "report.pdf")
    assert not (tmp_path / "room.partial").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("body", "told"), [("Four.", False), (r"\section{Of \published{4}}", True)])
def test_the_first_page_of_a_report_tells_of_published_values_where_there_are_some(
    project: Path, body: str, told: bool
) -> None:
    templates = Path(str(files("texloom.scaffold"))) / "files" / "report" / "templates"
    shutil.copy(templates / "preamble.tex", "templates")
    (project / "theory/references.bib").write_text("@book{knuth,\n author={K},\n title={The TeXbook},\n year={1984}}\n")
    title = manifest.Title(title="A title", author="An author", date=DATE)
    context = {"report": title, "tex": "build/tex", "build": "build", "date": "today", "watermark": "", "glance": ""}
    context |= {"theory_only": True, "abstract": "", "number_broken": 0, "claims": [], "checks": [], "sections": []}
    rendered = templating.render(templating.make_environment(templates), "report.tex.j2", context)
    text, places = templating.split_marks(rendered)
    folder = Path("build/tex")
    folder.mkdir(parents=True)
    (folder / "report.tex").write_text(text)
    (folder / "checks.tex").touch()
    (folder / "words.tex").touch()
    (folder / "appendix.tex").write_text(
        rf"\section{{A}}\label{{app:provenance}}\label{{app:checks}}\cite{{knuth}}{body}"
    )
    (folder / compiling.SOURCE_MAP).write_text(json.dumps({str(folder / "report.tex"): places}))
    first, *_ = PdfReader(compiling.compile_pdf(folder, DATE)).pages
    assert ("quoted from the literature" in " ".join(first.extract_text().split())) == told


def test_a_pipe_in_place_of_what_latex_left_is_removed() -> None:
    folder = Path("build/tex")
    folder.mkdir(parents=True)
    for name in ("report.aux", "report.pdf"):
        os.mkfifo(folder / name)
    assert not compiling.is_whole_pdf(folder / "report.pdf")
    compiling.forget_unfinished(folder)
    assert list(folder.iterdir()) == []
