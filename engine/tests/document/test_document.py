"""The draft with broken claims: they are reported whatever else is wrong, and the draft is written if possible."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from texloom import manifest
from texloom.document import document, render
from texloom.errors import ReportError

WHOLE = b"%PDF-1.5 new\n%%EOF\n"


@pytest.fixture
def make_draft(project: Path, monkeypatch: pytest.MonkeyPatch):
    """Make the draft of the project with `compile_pdf` as LaTeX; return the message. An earlier draft exists."""
    report = manifest.load()
    build = report.profile("report").build
    build.draft_sources.mkdir(parents=True)
    build.draft.write_bytes(b"old")
    rendering = SimpleNamespace(folder=build.draft_sources, write=lambda: None)
    monkeypatch.setattr(render, "render_report", lambda *_: rendering)

    def make(compile_pdf) -> str:
        monkeypatch.setattr(document, "compile_pdf", compile_pdf)
        return document.make_draft(report, report.profile("report"), [])

    return make


def test_a_draft_with_warnings_of_latex_is_written_and_the_warning_is_reported(make_draft) -> None:
    def warns(folder: Path, *_: object) -> Path:
        (folder / "report.pdf").write_bytes(WHOLE)
        raise ReportError("theory/a.tex:3", "undefined reference 'eq:none'")

    said = make_draft(warns)
    assert said == (
        "build/report.draft.pdf shows what is broken in red\n"
        "  there is another error: theory/a.tex:3: undefined reference 'eq:none'"
    )
    assert Path("build/report.draft.pdf").read_bytes() == WHOLE


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ReportError("theory/a.tex:3", "Undefined control sequence"), "theory/a.tex:3: Undefined control sequence"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "UnicodeDecodeError: 'utf-8' codec"),
    ],
)
def test_without_a_draft_the_reason_is_reported_and_no_earlier_draft_is_left(
    make_draft, error: Exception, told: str
) -> None:
    def fails(folder: Path, *_: object) -> Path:
        (folder / "report.pdf").write_bytes(WHOLE[:5])  # cut short
        raise error

    said = make_draft(fails)
    assert said.startswith(f"there is no draft, because of another error: {told}")
    assert not Path("build/report.draft.pdf").exists()
