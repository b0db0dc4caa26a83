"""Which settings of latexmk and of TeX's searches a document depends on."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.data.digests import Digests
from texloom.document.tex.compile import compile_pdf
from texloom.document.tex.recorded import note_reads
from texloom.staleness.judge import changed_reads
from texloom.staleness.recording.reads import Reads
from texloom.staleness.recording.recorder import Recorder

FAILING = "$pdflatex = 'false';\n"
Making = Callable[..., Reads]


@pytest.fixture
def made(project: Path) -> Making:
    """Compile a document in the project, which is the current folder, and return what was read."""
    folder = Path("build/tex")
    folder.mkdir(parents=True)
    (folder / "source-map.json").write_text("{}", encoding="utf-8")

    def make(body: str = "Text.") -> Reads:
        text = f"\\documentclass{{article}}\\begin{{document}}{body}\\end{{document}}\n"
        (folder / "report.tex").write_text(text, encoding="utf-8")
        compile_pdf(folder, datetime.date(2024, 8, 23))
        recorder = Recorder([folder])
        note_reads(recorder, folder)
        return recorder.finish()

    return make


def changed(reads: Reads) -> list[str]:
    return list(changed_reads(reads.to_json(), Digests()))


@pytest.mark.parametrize("variable", ["HOME", "XDG_CONFIG_HOME", "LATEXMKRCSYS"])
def test_latexmk_s_settings_of_the_user_and_the_system_change_nothing(
    made: Making, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, variable: str
) -> None:
    elsewhere = tmp_path_factory.mktemp("home")
    (elsewhere / "latexmk").mkdir()
    for name in (".latexmkrc", "latexmk/latexmkrc"):
        (elsewhere / name).write_text(FAILING)
    file = elsewhere / ".latexmkrc" if variable == "LATEXMKRCSYS" else elsewhere
    monkeypatch.setenv(variable, os.fspath(file))
    reads = made()
    assert not [name for name in reads.files if "latexmkrc" in name and "/" in name]


@pytest.mark.parametrize("name", [".latexmkrc", "latexmkrc"])
def test_the_report_s_settings_of_latexmk_count_with_the_files_that_they_read(made: Making, name: str) -> None:
    Path("tools").mkdir()
    Path("tools/settings.pl").write_text("$max_repeat = 4;\n")
    Path(name).write_text("do './tools/settings.pl';\n$pdflatex = 'echo settings >> made.txt; pdflatex %O %S';\n")
    reads = made()
    assert Path("made.txt").exists()
    assert changed(reads) == []
    assert {name, "tools/settings.pl"} <= reads.files.keys()
    assert not [each for each in reads.files if "/perl" in each]
    Path("tools/settings.pl").write_text("$max_repeat = 5;\n")
    assert changed(reads) == ["tools/settings.pl"]


@pytest.mark.parametrize("variable", ["TEXINPUTS", "TEXMFHOME", "BIBINPUTS"])
@pytest.mark.parametrize("deep", ["", "//"])
def test_a_new_file_that_tex_would_find_first_in_a_folder_elsewhere_counts(
    made: Making, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, variable: str, deep: str
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    below = {"TEXINPUTS": "", "TEXMFHOME": "tex/latex/mine", "BIBINPUTS": ""}[variable]
    (elsewhere / below).mkdir(parents=True, exist_ok=True)
    (elsewhere / "deep").mkdir()
    monkeypatch.setenv(variable, f"{elsewhere}{deep if not below else ''}:")
    Path("theory").mkdir(exist_ok=True)
    Path("theory/mine.bib").write_text("@book{a, title={T}, author={A}, year=2000, publisher={P}}\n")
    reads = made(r"Text\cite{a}.\bibliographystyle{plain}\bibliography{theory/mine}")
    assert changed(reads) == []
    wanted = "theory/mine.bib" if variable == "BIBINPUTS" else "size10.clo"
    places = [Path(below, wanted)]
    places += [Path("deep", wanted), Path("new", wanted)] if deep and not below else []
    for place in places:
        path = elsewhere / place
        before = {*elsewhere.rglob("*")}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        assert changed(reads), place
        path.unlink()
        for made_now in sorted({*elsewhere.rglob("*")} - before, reverse=True):
            made_now.rmdir()
        assert changed(reads) == []
    if not deep and not below:
        (elsewhere / "unasked.clo").touch()
        assert changed(reads) == []


def test_a_whole_report_may_be_searched(made: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of tools are not searched: they may hold very many files."""
    monkeypatch.setenv("TEXINPUTS", ".//:")
    Path(".venv/lib").mkdir(parents=True)
    Path("parts/deep").mkdir(parents=True)
    reads = made()
    assert changed(reads) == []
    assert not [name for name in reads.files if name.startswith(".venv")]
    for path in (Path("parts/size10.clo"), Path("parts/deep/size10.clo"), Path("parts/new/size10.clo")):
        path.parent.mkdir(exist_ok=True)
        path.touch()
        assert [name for name in changed(reads) if name.startswith("parts/")], path
        path.unlink()
