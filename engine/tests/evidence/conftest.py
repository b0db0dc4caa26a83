"""A small PDF with marked values."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.evidence.splices import DEFINITION

PREAMBLE = (
    r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{lmodern,siunitx,hyperref}\input{glyphtounicode}"
    r"\pdfgentounicode=1\pdftrailerid{}\pdfinfoomitdate=1\pdfsuppressptexinfo=-1\sisetup{separate-uncertainty=true}"
)


@pytest.fixture
def typeset(tmp_path: Path) -> Callable[[str], Path]:
    """Make a PDF of the body of a document."""

    def make(body: str) -> Path:
        source = tmp_path / "a.tex"
        source.write_text(PREAMBLE + DEFINITION + r"\begin{document}" + body + r"\end{document}", encoding="utf-8")
        for _ in range(2):
            subprocess.run(["pdflatex", "-interaction=batchmode", source.name], cwd=tmp_path, check=True)
        return source.with_suffix(".pdf")

    return make
