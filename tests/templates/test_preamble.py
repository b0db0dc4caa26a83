"""The report's preamble: the same bytes at any place and time, a mark without its check, the page layout."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests import ROOT
from texloom.document.tex import compile as compiling
from texloom.errors import ReportError
from texloom.results.plotting import TEXT_WIDTH

DATE = datetime.date(2024, 8, 23)
PREAMBLE = "templates/preamble.tex"


@pytest.fixture(autouse=True)
def in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the current folder a project with this preamble and an empty bibliography."""
    for name in ("templates", "theory"):
        (tmp_path / name).mkdir()
    shutil.copyfile(ROOT / PREAMBLE, tmp_path / PREAMBLE)
    (tmp_path / compiling.BIBLIOGRAPHY).touch()
    monkeypatch.chdir(tmp_path)


def document(folder: str, body: str, document_class: str = r"\documentclass{article}") -> Path:
    """A document with the preamble and its body in line 41 of a template."""
    path = Path(folder)
    path.mkdir(parents=True)
    lines = [document_class, rf"\input{{{PREAMBLE}}}", r"\begin{document}", body, r"\end{document}"]
    (path / "report.tex").write_text("\n".join(lines) + "\n", encoding="utf-8")
    places = ["", "", "", "sections/toy.tex.j2:41", ""]
    (path / compiling.SOURCE_MAP).write_text(json.dumps({f"{folder}/report.tex": places}))
    return path


def test_the_same_sources_give_the_same_bytes_in_any_folder_and_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    body = r"\section{One}\label{sec:one} See \cref{sec:one}, \qty{2 +- 1}{dB}, \today."
    first = compiling.compile_pdf(document("build/a", body), DATE)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert compiling.compile_pdf(document("build/b", body), DATE).read_bytes() == first.read_bytes()
    text = PdfReader(first).pages[0].extract_text()
    assert "See Section 1" in text
    assert "August 23, 2024" in text


def test_a_mark_whose_check_did_not_run_fails() -> None:
    body = r"\begin{equation}1=1\checked{eq:one}\end{equation}"
    with pytest.raises(ReportError, match="no check has run for 'eq:one'") as error:
        compiling.compile_pdf(document("build/tex", body), DATE)
    assert error.value.where == "templates/sections/toy.tex.j2:41"


def test_figures_are_drawn_as_wide_as_the_text_of_the_page() -> None:
    assert "textwidth=14.5cm" in Path(PREAMBLE).read_text(encoding="utf-8")
    assert pytest.approx(14.5 / 2.54) == TEXT_WIDTH


def test_a_claim_can_stand_wherever_text_can_and_its_page_is_found_there() -> None:
    """A broken claim, which says what was found."""
    sentence = r"\brokenclaim{It is \num{3} better}{psnr\_ours = 1 ≥ 3}"
    around = (r"\section{%s}", r"\paragraph{%s}", "%s", r"\begin{tabular}{p{9cm}}%s\end{tabular}", r"x\footnote{%s}")
    figures = (r"\begin{figure}[h]x\caption{%s}\end{figure}", r"\begin{table}[h]\caption{%s}x\end{table}")
    places = (*around, *figures)
    texts = [each % rf"\claimanchor{{toy-{number}}}{sentence}" for number, each in enumerate(places)]
    pages = "; ".join(rf"\claimpage{{toy-{number}}}" for number in range(len(places)))
    end = rf"\newpage\listoffigures Pages: {pages}. Never: \claimpage{{toy-9}}."
    body = r"\tableofcontents\newpage " + r"\par ".join(texts) + end
    pdf = PdfReader(compiling.compile_pdf(document("build/tex", body), DATE))
    contents, stated, listed = (" ".join(page.extract_text().split()) for page in pdf.pages)
    found = "It is 3 better [Not met in this draft: psnr_ours = 1 ≥ 3.]"
    assert [text.count(found) for text in (contents, stated, listed)] == [
        1,
        len(places) + 1,
        1,
    ]  # one in the running head
    assert f"Pages: {'; '.join('2' * len(places))}. Never: ." in listed
    targets = {name: pdf.get_destination_page_number(place) for name, place in pdf.named_destinations.items()}
    assert {name: page for name, page in targets.items() if name.startswith("claim:")} == {
        f"claim:toy-{number}": 1 for number in range(len(places))
    }
