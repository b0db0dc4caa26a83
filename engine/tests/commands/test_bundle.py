"""The bundle: flat names, all paths in the text replaced, the same bytes each time."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from texloom import __main__ as command
from texloom.commands import bundle
from texloom.errors import ReportError
from texloom.machine.lock import build_lock
from texloom.results.places import BuildFolder

READ = (
    "build/tex/report.tex", "./theory/alpha_text.tex", "build/tex/sections/toy.tex", "theory/notation.tex",
    "build/figures//toy/curve.pdf", "build/figures/theory/alpha_text/curve.pdf", "build/tex/report.aux",
    "/usr/share/texlive/texmf-dist/tex/latex/base/article.cls",
)  # fmt: skip


def record(*more: str) -> None:
    """Write the record of LaTeX's recorder, with some more files."""
    lines = [f"PWD {Path.cwd()}", *(f"INPUT {name}" for name in (*READ, *more)), "OUTPUT build/tex/report.aux"]
    Path("build/tex/report.fls").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def built(project: Path) -> Path:
    """A project with a rendered document: one section, one fragment, two figures of the same name."""
    for name, text in {
        "build/tex/report.tex": "\\graphicspath{{build/figures/}}\n\\input{theory/alpha_text.tex}\n"
        "\\input{build/tex/sections/toy.tex}\n\\bibliography{theory/references}\n",
        "build/tex/report.bbl": "bbl",
        "build/tex/sections/toy.tex": "\\includegraphics{toy/curve.pdf}\n\\input{theory/notation.tex}\n",
        "build/figures/toy/curve.pdf": "first",
        "build/figures/theory/alpha_text/curve.pdf": "second",
        "build/tex/report.aux": "",
        "build/tex/report.fdb_latexmk": '  "theory/references.bib" 1 2 "" ""\n',
        "build/report.pdf": "the PDF",
        "build/toy.gif": "moving",
    }.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    fragment = project / "theory" / "alpha_text.tex"
    fragment.write_text(fragment.read_text() + "\\includegraphics[width=3cm]{theory/alpha_text/curve.pdf}\n")
    record()
    return Path("build")


def test_every_file_has_a_flat_name_and_every_path_names_it(built: Path) -> None:
    files = bundle.flat_sources(built / "tex", built / "figures")
    assert set(files) == {
        "report.tex", "theory-alpha_text.tex", "sections-toy.tex", "theory-notation.tex",
        "figure-toy-curve.pdf", "figure-theory-alpha_text-curve.pdf", "references.bib", "report.bbl",
    }  # fmt: skip
    assert files["report.tex"].decode() == (
        "\\input{theory-alpha_text.tex}\n\\input{sections-toy.tex}\n\\bibliography{references}\n"
    )
    assert files["sections-toy.tex"] == b"\\includegraphics{figure-toy-curve.pdf}\n\\input{theory-notation.tex}\n"
    assert files["theory-alpha_text.tex"].endswith(
        b"\\includegraphics[width=3cm]{figure-theory-alpha_text-curve.pdf}\n"
    )
    assert files["figure-theory-alpha_text-curve.pdf"] == b"second"


def test_inputs_without_their_suffix_are_found_and_those_of_tex_keep_their_names(built: Path) -> None:
    report = built / "tex/report.tex"
    record("/usr/share/glyphtounicode.tex")
    report.write_text("\\input{glyphtounicode}\n\\input{theory/notation}\n")
    files = bundle.flat_sources(built / "tex", built / "figures")
    assert files["report.tex"] == b"\\input{glyphtounicode}\n\\input{theory-notation.tex}\n"
    assert "theory-notation.tex" in files


def test_an_own_picture_and_class_and_all_else_that_was_read_are_there_and_nothing_else(
    built: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    theirs = home / "texmf/tex/latex/theirs.sty"
    for path in (Path("own.cls"), Path("styles/own.bst"), Path("theory/photo.png"), Path("more/data.txt"), theirs):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff")
    Path("theory/unread.png").write_bytes(b"\xff")
    for name in ("theory/alpha_text.tex", "build/tex/report.tex"):
        with Path(name).open("a") as file:
            file.write("\\documentclass[a4paper]{own}\n\\bibliographystyle{styles/own}\n\\usepackage{theirs}\n")
            file.write("\\includegraphics [width=3cm] {theory/photo}\n\\own{more/data.txt}\n")
    record("own.cls", "styles/own.bst", f"{Path.cwd()}/theory/photo.png", "more/data.txt", str(theirs))
    files = bundle.flat_sources(built / "tex", built / "figures")
    assert set(files) == {
        "report.tex", "theory-alpha_text.tex", "sections-toy.tex", "theory-notation.tex", "figure-toy-curve.pdf",
        "figure-theory-alpha_text-curve.pdf", "own.cls", "own.bst", "theory-photo.png", "more/data.txt", "theirs.sty",
        "references.bib", "report.bbl",
    }  # fmt: skip
    assert files["report.tex"].endswith(
        b"\\documentclass[a4paper]{own}\n\\bibliographystyle{own}\n\\usepackage{theirs}\n"
        b"\\includegraphics [width=3cm] {theory-photo.png}\n\\own{more/data.txt}\n"
    )


def test_a_figure_that_an_own_macro_names_is_found_at_its_path(built: Path) -> None:
    fragment = Path("theory/alpha_text.tex")
    fragment.write_text("\\newcommand{\\pic}[1]{\\includegraphics{#1/curve.pdf}}\\pic{theory/alpha_text}\n")
    files = bundle.flat_sources(built / "tex", built / "figures")
    assert "build/figures/theory/alpha_text/curve.pdf" in files
    assert files["report.tex"].startswith(b"\\graphicspath{{build/figures/}}\n")
    assert "figure-toy-curve.pdf" in files


def test_a_report_without_a_bibliography_has_none_in_the_bundle(built: Path) -> None:
    for name in ("report.bbl", "report.fdb_latexmk"):
        (built / "tex" / name).unlink()
    assert not {"references.bib", "report.bbl"} & set(bundle.flat_sources(built / "tex", built / "figures"))


def test_the_zip_holds_pdf_and_sources_and_is_the_same_again(built: Path) -> None:
    build = BuildFolder(built)
    names = bundle.write_bundle(build)
    before = build.bundle.read_bytes()
    assert bundle.write_bundle(build) == names
    assert build.bundle.read_bytes() == before
    assert names[:3] == ["report.pdf", "toy.gif", "source/figure-theory-alpha_text-curve.pdf"]
    with zipfile.ZipFile(build.bundle) as archive:
        assert archive.namelist() == names
        assert archive.read("report.pdf") == b"the PDF"
    assert not list(built.glob("*.partial"))


def test_two_files_of_one_flat_name_are_refused(built: Path) -> None:
    Path("theory-notation.tex").write_text("")
    record("theory-notation.tex")
    (built / "tex" / "sections" / "toy.tex").write_text("\\input{theory/notation.tex}\\input{theory-notation.tex}")
    with pytest.raises(ReportError, match=r"would both be named theory-notation\.tex in the bundle"):
        bundle.flat_sources(built / "tex", built / "figures")


def test_without_a_build_the_error_names_the_command(project: Path) -> None:
    with pytest.raises(ReportError, match="the report has not been built\n  make all builds it"):
        bundle.flat_sources(Path("build/tex"), Path("build/figures"))


def is_locked() -> bool:
    try:
        with build_lock():
            return False
    except ReportError:
        return True


def test_a_bundle_holds_the_lock_while_it_packs(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that neither a build nor another bundle changes the packed files."""
    packed, write = [], bundle.write_bundle

    def pack(build: BuildFolder) -> list[str]:
        packed.append(is_locked())
        return write(build)

    monkeypatch.setattr(bundle, "write_bundle", pack)
    command.bundle(argparse.Namespace(profile="report"))
    assert packed == [True]
    assert not is_locked()


def test_no_bundle_is_packed_while_a_build_or_another_bundle_runs(built: Path) -> None:
    arguments = [sys.executable, "-m", "texloom", "bundle"]
    with build_lock():
        finished = subprocess.run(arguments, capture_output=True, text=True)
    assert finished.returncode == 2
    message = f"make: another build is running here (process {os.getpid()})\n  wait for it, or stop it\n"
    assert (finished.stdout, finished.stderr) == ("", message)
    assert not Path("build/report.zip").exists()
