"""Attachments are appended: the same bytes each time, and nothing else of the PDF changes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from texloom.evidence.attach import attach, with_attachments

FILES = {"evidence.json": b'{"a": 1}' * 50, "sources.tar.xz": b"\xfd7zXZ\x00"}


@pytest.fixture(params=["1.5", "1.4"])  # with compressed objects, and without
def pdf(request: pytest.FixtureRequest, typeset: Callable[[str], Path]) -> Path:
    return typeset(
        rf"\pdfobjcompresslevel={2 if request.param == '1.5' else 0}\section{{One}}\label{{a}}\newpage\ref{{a}}"
    )


def test_the_document_is_not_touched(pdf: Path) -> None:
    before = pdf.read_bytes()
    old = PdfReader(pdf)
    attach(pdf, FILES)
    new = PdfReader(pdf)
    assert pdf.read_bytes().startswith(before)
    assert with_attachments(before, FILES) == pdf.read_bytes()
    assert {name: list(content) for name, content in new.attachments.items()} == {
        name: [content] for name, content in FILES.items()
    }
    assert new.named_destinations.keys() == old.named_destinations.keys() != set()
    assert len(new.outline) == len(old.outline) == 1
    assert [page.extract_text() for page in new.pages] == [page.extract_text() for page in old.pages]


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_another_program_finds_no_fault(pdf: Path) -> None:
    attach(pdf, FILES)
    finished = subprocess.run(["qpdf", "--check", pdf], capture_output=True, text=True)
    assert (finished.returncode, finished.stderr) == (0, ""), finished.stdout
