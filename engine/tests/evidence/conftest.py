"""A small PDF with marked values."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.evidence.splices import DEFINITION

PREAMBLES = {
    "pdflatex": r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{lmodern,siunitx,hyperref}"
    r"\input{glyphtounicode}\pdfgentounicode=1\pdftrailerid{}\pdfinfoomitdate=1\pdfsuppressptexinfo=-1",
    "lualatex": r"\documentclass{article}\usepackage{fontspec,siunitx,hyperref}"
    r"\protected\def\pdfglyphtounicode{\pdfextension glyphtounicode }\input{glyphtounicode}\pdfvariable gentounicode=1",
}


@pytest.fixture
def typeset(tmp_path: Path) -> Callable[..., Path]:
    """Make a PDF of the body of a document."""

    def make(body: str, engine: str = "pdflatex") -> Path:
        preamble = PREAMBLES[engine] + r"\sisetup{separate-uncertainty=true}"
        source = tmp_path / "a.tex"
        source.write_text(preamble + DEFINITION + r"\begin{document}" + body + r"\end{document}", encoding="utf-8")
        for _ in range(2):
            subprocess.run([engine, "-interaction=batchmode", source.name], cwd=tmp_path, check=True)
        return source.with_suffix(".pdf")

    return make
