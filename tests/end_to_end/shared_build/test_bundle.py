"""The bundle in an empty folder: plain latexmk makes the same pages from it."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.end_to_end.conftest import Checkout

pytestmark = pytest.mark.slow


def pages(pdf: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(pdf).pages]


def test_the_bundle_compiles_on_its_own_to_the_same_pages(built: Checkout, tmp_path: Path) -> None:
    said = built.make("bundle", "PROFILE=smoke")
    assert "build/smoke/report.zip is ready: " in said
    with zipfile.ZipFile(built.pdf.with_suffix(".zip")) as archive:
        archive.extractall(tmp_path)
    assert (tmp_path / "report.pdf").read_bytes() == built.pdf.read_bytes()
    experiments = {path.parent.parent.name for path in built.runs}
    assert {path.stem for path in (tmp_path / "notebooks").glob("*.ipynb")} == experiments
    source = tmp_path / "source"
    assert not [path for path in source.iterdir() if path.is_dir()]
    for path in source.glob("*.tex"):
        assert str(built.folder) not in path.read_text(encoding="utf-8")
    command = ["latexmk", "-pdf", "-silent", "-interaction=nonstopmode", "-halt-on-error", "report.tex"]
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    finished = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout[-2000:]
    assert pages(source / "report.pdf") == pages(built.pdf)
