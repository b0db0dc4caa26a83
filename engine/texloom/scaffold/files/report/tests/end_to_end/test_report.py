"""The report as a draft, built and read back."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pypdf import PdfReader


@pytest.fixture(scope="module")
def pages() -> list[str]:
    """The text of each page of the smoke profile's PDF."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "texloom", "build", "report", "--profile", "smoke"]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=600)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return [page.extract_text() for page in PdfReader(root / "build" / "smoke" / "report.pdf").pages]


def test_nothing_is_unresolved_and_every_page_is_marked_as_a_draft(pages: list[str]) -> None:
    assert [number for number, text in enumerate(pages, start=1) if "??" in text or "[?]" in text] == []
    assert [number for number, text in enumerate(pages, start=1) if "DRAFT" not in text] == []


def test_every_part_has_its_heading(pages: list[str], root: Path) -> None:
    manifest = tomllib.loads((root / "report.toml").read_text(encoding="utf-8"))
    text = " ".join(" ".join(pages).split())
    for number, section in enumerate(manifest["sections"], start=1):
        assert f"{number} {section['title']}" in text
        for place, part in enumerate(section["parts"], start=1):
            assert f"{number}.{place} {part['title']}" in text
