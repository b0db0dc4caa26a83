"""A new report with other document classes: the whole of it is typeset, appendix included."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests import ROOT
from tests.end_to_end.blows.report import Report

pytestmark = pytest.mark.slow

TEMPLATE = "templates/report.tex.j2"
CLASS = r"\documentclass[11pt]{article}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Report:
    report = Report.new(tmp_path_factory.mktemp("classes") / "report")
    code, said = report.build()
    assert code == 0, said
    return report


@pytest.fixture
def report(built: Report) -> Iterator[Report]:
    """The report, whose template is restored after each test."""
    template = built.folder / TEMPLATE
    text = template.read_text(encoding="utf-8")
    yield built
    template.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "document_class",
    [
        r"\documentclass{article}",
        r"\documentclass[twocolumn]{article}",
        r"\documentclass{scrartcl}",
        r"\documentclass[twocolumn]{scrartcl}",
        r"\documentclass{scrreprt}",
        r"\documentclass[conference]{IEEEtran}",
    ],
)
def test_every_part_is_there_whatever_the_class(report: Report, document_class: str) -> None:
    template = report.folder / TEMPLATE
    text = template.read_text(encoding="utf-8")
    assert CLASS in text
    template.write_text(text.replace(CLASS, document_class), encoding="utf-8")
    installed = subprocess.run(["sh", "engine/setup/tex.sh"], cwd=report.folder, capture_output=True, text=True)
    assert installed.returncode == 0, installed.stderr
    code, said = report.build()
    assert code == 0, said
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(report.build_folder / "report.pdf").pages]
    printed = " ".join(pages)
    for heading in ("Results at a glance", "The first section", "Parabola", "What was checked", "What was claimed"):
        assert heading in printed
    for each in ("Provenance", "theory/first_answer.py", "Standard deviation of the estimated", "Left: one series"):
        assert each in printed
    assert "??" not in printed


def test_the_engine_s_own_classes_are_in_the_list_of_the_set_up() -> None:
    listed = Path(ROOT, "engine/setup/tex-packages.txt").read_text(encoding="utf-8")
    assert all(f"\n{name}.cls " in listed for name in ("article", "scrartcl", "scrreprt", "IEEEtran"))
