"""The answer as a PDF: one page, whatever its length, the same bytes, nothing overwritten."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pypdf import PdfReader

from texloom.errors import ReportError
from texloom.verify.page import check_path, write_page
from texloom.verify.rows import Answer, Row


@pytest.fixture
def verified(tmp_path: Path) -> Path:
    path = tmp_path / "some.pdf"
    path.write_bytes(b"%PDF-")
    return path


def test_the_answer_is_on_one_page(verified: Path, tmp_path: Path) -> None:
    row = Row("numbers in $a_1$ 页", 3, ["page 2 prints 1.9"])
    write_page(tmp_path / "a.pdf", verified, Answer([row], ["words"], ["a note"]), "some.pdf DIFFERS in 1 of 3 checks")
    (page,) = PdfReader(tmp_path / "a.pdf").pages
    text = page.extract_text()
    for expected in (
        "some.pdf DIFFERS in 1 of 3 checks",
        f"sha256 of the file: {hashlib.sha256(b'%PDF-').hexdigest()}",
        "numbers in $a_1$",
        "page 2 prints 1.9",
        "note: a note",
        "not checked: words",
    ):
        assert expected in text


def test_a_long_answer_is_cut_and_says_so(verified: Path, tmp_path: Path) -> None:
    answer = Answer([], [f"{number} {'word ' * 50}" for number in range(100)])
    for name in "ab":
        write_page(tmp_path / f"{name}.pdf", verified, answer, "some.pdf agrees: 0 checks")
    (page,) = PdfReader(tmp_path / "a.pdf").pages
    lines = page.extract_text().splitlines()
    assert lines[-1] == "… and 233 more lines in the terminal"  # 2 + 2 of the table + 100 · 3, of which 71 are shown
    assert lines[-2].startswith("not checked: 22 word")
    assert max(map(len, lines)) <= 104
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_no_file_is_overwritten(verified: Path, tmp_path: Path) -> None:
    check_path(tmp_path / "new.pdf")
    with pytest.raises(ReportError, match=r"some\.pdf: exists already"):
        check_path(verified)
    with pytest.raises(ReportError, match="there is no folder"):
        check_path(tmp_path / "nowhere" / "a.pdf")
