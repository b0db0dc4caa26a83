"""`make watch`: a text is edited, broken and repaired; code is edited."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from tests.end_to_end.conftest import EDITABLE, Checkout


def test_an_edited_text_is_in_the_pdf_and_edited_code_trains_nothing(built: Checkout) -> None:
    runs = [path.stat().st_mtime_ns for path in built.runs]
    with built.watching() as watch:
        watch.until("watching theory/")
        with built.appended("fragment", "A sentence that was not there."):
            assert f"{EDITABLE['fragment']} changed" in watch.until("report.pdf is ready")
            assert any("sentence that was not there" in page.extract_text() for page in PdfReader(built.pdf).pages)
        watch.until("report.pdf is ready")
        with built.appended("quality", "EDITED = True"):
            said = watch.until("which would first do this")
            assert f"train denoising_autoencoder, seed 0: {EDITABLE['quality']} changed" in said
        watch.until(f"{EDITABLE['quality']} changed")
    assert [path.stat().st_mtime_ns for path in built.runs] == runs
    assert built.make("PROFILE=smoke").startswith("build/smoke/report.pdf is up to date (")


@pytest.mark.slow  # recovery from mistakes is tested with a stub for LaTeX in engine/tests/commands
def test_a_mistake_keeps_the_last_good_pdf_until_it_is_mended(built: Checkout) -> None:
    good = built.pdf.read_bytes()
    with built.watching() as watch:
        watch.until("watching theory/")
        with built.appended("template", r"See \cref{sec:nowhere}."):
            said = watch.until("the last good PDF is kept")
            assert f"{built.last_line('template')}: " in said
            assert built.pdf.read_bytes() == good
        watch.until("report.pdf is up to date")
    assert built.make("PROFILE=smoke").startswith("build/smoke/report.pdf is up to date (")
