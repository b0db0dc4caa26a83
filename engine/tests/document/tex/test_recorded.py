"""LaTeX's searches for files, successful or not, are recorded."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from texloom.data.digests import Digests
from texloom.document.tex.compile import compile_pdf
from texloom.document.tex.recorded import keep_searches, note_reads, sought_before
from texloom.staleness.judge import changed_reads
from texloom.staleness.recording.reads import Reads
from texloom.staleness.recording.recorder import Recorder

BODY = r"""
\IfFileExists{parts/extra.tex}{\input{parts/extra}}{}
\InputIfFileExists{parts/settings.cfg}{}{}
\input{part}
\includegraphics[width=1mm]{figs/picture}
"""
COMING = ("parts/extra.tex", "parts/settings.cfg", "first/part.tex", "figs/picture.pdf")
"""Files that would be taken, or come before those that are."""
NOT_COMING = ("third/part.tex", "figs/picture.jpg", "parts/other.tex")
"""Files that come too late, or that are not looked for."""


@pytest.fixture
def folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A document in the project that looks for files in vain; the project is the current folder."""
    folder = Path("build/tex")
    for each in ("build/tex", "parts", "first", "second", "third", "figs"):
        Path(each).mkdir(parents=True)
    source = f"\\documentclass{{article}}\\usepackage{{graphicx}}\\begin{{document}}{BODY}\\end{{document}}\n"
    (folder / "report.tex").write_text(source, encoding="utf-8")
    Path("second/part.tex").write_text("Text.\n", encoding="utf-8")
    (folder / "source-map.json").write_text("{}", encoding="utf-8")
    picture = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    Path("figs/picture.png").write_bytes(
        bytes.fromhex(f"{picture}0000000c4944415478da63f8ffff3f0005fe02fea735811d0000000049454e44ae426082")
    )
    monkeypatch.setenv("TEXINPUTS", "first:second:third:")
    return folder


def reads_of(folder: Path) -> Reads:
    recorder = Recorder([folder])
    note_reads(recorder, folder)
    return recorder.finish()


def test_a_file_that_latex_looked_for_in_vain_counts_when_it_comes(folder: Path) -> None:
    compile_pdf(folder, datetime.date(2024, 8, 23))
    reads = reads_of(folder)
    assert {"second/part.tex", "figs/picture.png"} <= {name for name, digest in reads.files.items() if digest}
    changed = lambda: list(changed_reads(reads.to_json(), Digests()))  # noqa: E731
    assert changed() == []
    for name in COMING:
        Path(name).touch()
        assert changed() == [f"{name} (new)"]
        Path(name).unlink()
    for name in NOT_COMING:
        Path(name).touch()
        assert changed() == []
    compile_pdf(folder, datetime.date(2024, 8, 23))  # latexmk has nothing to do, and tells of no search
    assert reads_of(folder) == reads


def test_a_name_with_spaces_that_latex_looked_for_in_vain_is_kept_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tex").mkdir()
    told = (
        "kdebug:start generic search(files=[odd/my pic.png odd/my pic], must_exist=0, find_all=0, path=.)\n"
        "kdebug:returning from generic search([odd/my pic.png odd/my pic]) =>\n"
    )
    keep_searches(Path("tex"), told)
    assert {"odd/my pic.png", "odd/my pic"} <= {*sought_before(Path("tex"))}


def test_what_latex_tells_beside_its_searches_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tex").mkdir()
    told = (
        "kdebug:start generic search(files=[a.cls], must_exist=0, find_all=0, path=tex:.:sub//:!!/usr/share)\n"
        "kdebug:returning from generic search([a.cls]) =>/usr/share/a.cls\nFull disk\n"
        "kdebug:start search(file=b, must_exist=1, find_all=0, path=.:x).\n"
        "kdebug:returning from search(b) =>./b\n"
    )
    Path("sub/deep").mkdir(parents=True)
    assert keep_searches(Path("tex"), told) == "Full disk"
    assert sought_before(Path("tex")) == ["sub//", "sub/a.cls", "sub/deep/a.cls", "tex/a.cls"]
    keep_searches(Path("tex"), "")
    assert sought_before(Path("tex")) == ["sub//", "sub/a.cls", "sub/deep/a.cls", "tex/a.cls"]
    keep_searches(Path("tex"), told.replace("[a.cls]", "[tex/report.tex]"))
    assert sought_before(Path("tex")) == [
        "sub//",
        *(f"{name}tex/report.tex" for name in ("sub/deep/", "sub/", "", "tex/")),
    ]
