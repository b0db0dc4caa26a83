"""A report from `make new` is killed, damaged and contradicted, and recovers; with this report it would take longer."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.end_to_end.blows.files import truncate
from tests.end_to_end.blows.processes import is_in_latex
from tests.end_to_end.blows.report import Report

TEMPLATE = "templates/sections/parabola.tex.j2"
PROBLEM = "\\end{problem}\n"
LOST = (
    "tex/report.pdf",
    "tex/report.aux",
    "checks.json",
    "figures/parabola/index.json",
    "figures/parabola/stiffness.pdf",
    "figures/theory/index.json",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Report:
    report = Report.new(tmp_path_factory.mktemp("small") / "report")
    code, said = report.build()
    assert code == 0, said
    return report


@pytest.fixture
def report(built: Report) -> Iterator[Report]:
    """The report, which is restored after each test."""
    good = built.pdf
    yield built
    assert built.pdf == good


def test_the_title_page_prints_mean_and_deviation_over_the_seeds(report: Report) -> None:
    runs = sorted(report.build_folder.glob("runs/parabola/seed-*/metrics.json"))
    stored = [json.loads(path.read_text(encoding="utf-8")) for path in runs]
    page = " ".join(PdfReader(report.build_folder / "report.pdf").pages[0].extract_text().split())
    for name in ("least_squares_deviation", "end_points_deviation"):
        values = [each[name]["value"] for each in stored]
        assert len(values) == 3
        places = next(n for n in range(9) if statistics.stdev(values) * 10**n >= 0.95)  # one digit of the deviation
        assert f"({statistics.fmean(values):.{places}f} ± {statistics.stdev(values):.{places}f})" in page


def test_a_run_that_was_edited_or_put_there_by_hand_is_refused_and_a_removed_one_is_made(report: Report) -> None:
    first, second = (report.build_folder / f"runs/parabola/seed-{seed}" for seed in (0, 1))
    kept = second.with_name("kept")
    second.rename(kept)
    shutil.copytree(first, second)
    code, said = report.build()
    assert (code, "build/runs/parabola/seed-1: holds the run of parabola with seed 0\n" in said) == (2, True), said
    shutil.rmtree(second)
    shutil.copytree(kept, second)
    metrics = second / "metrics.json"
    metrics.write_text(metrics.read_text(encoding="utf-8").replace("1", "2"), encoding="utf-8")
    code, said = report.build()
    assert (code, "metrics.json: was changed after the training wrote it\n" in said) == (2, True), said
    shutil.rmtree(second)
    why = [sys.executable, "-m", "texloom", "why"]
    said = subprocess.run(why, cwd=report.folder, capture_output=True, text=True).stdout
    assert "analyse parabola, seed 1: not made yet" in said
    kept.rename(second)
    code, said = report.build()
    assert (code, "build/report.pdf is up to date" in said) == (0, True), said


def test_a_build_killed_in_latex_and_damaged_leaves_the_last_good_pdf_and_the_next_is_right(report: Report) -> None:
    good = report.pdf
    report.edit("text")
    process = report.start()
    while not is_in_latex(process):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert report.pdf == good
    report.edit("text")  # restored, so that the correct PDF is known
    truncate(report.build_folder / "tex" / "appendix.tex", [], random.Random(0))
    code, said = report.build()
    assert (code, report.left_over()) == (0, []), said


def test_what_was_removed_is_made_again_to_the_same_bytes(report: Report) -> None:
    contents = {path: path.read_bytes() for path in (report.build_folder / name for name in LOST)}
    runs = [path.stat().st_mtime_ns for path in sorted(report.build_folder.glob("runs/*/*/run.json"))]
    for path in contents:
        path.unlink()
    code, said = report.build()
    assert (code, "build/report.pdf is up to date" in said) == (0, True), said
    assert {path: path.read_bytes() for path in contents if path.suffix == ".json"} == {
        path: content for path, content in contents.items() if path.suffix == ".json"
    }
    assert [path.stat().st_mtime_ns for path in sorted(report.build_folder.glob("runs/*/*/run.json"))] == runs


def test_broken_claims_are_all_told_and_shown_in_a_draft_until_the_next_good_build(report: Report) -> None:
    template, draft = report.folder / TEMPLATE, report.build_folder / "report.draft.pdf"
    text, good = template.read_text(encoding="utf-8"), report.pdf
    broken = [f"\\VAR{{claim('It is at least {{limit}}:', m.coverage >= {limit})}}\n" for limit in (101, 102)]
    line = 1 + text.splitlines().index(PROBLEM.strip())
    template.write_text(text.replace(PROBLEM, PROBLEM + "".join(broken)), encoding="utf-8")
    code, said = report.build()
    assert (code, report.pdf) == (2, good)
    lines = [each for each in said.splitlines() if each]
    for number, limit in enumerate((101, 102), start=1):
        at = lines.index(f"{TEMPLATE}:{line + number}: broken claim: 'It is at least {limit} %'")
        assert lines[at + 1].startswith("  it needs coverage = ")
    assert lines[-1] == "  build/report.draft.pdf shows what is broken in red; build/report.pdf is left as it was"
    pages = " ".join(page.extract_text() for page in PdfReader(draft).pages)
    for printed in ("It is at least 101 %", "It is at least 102 %", "Not met in this draft: coverage = "):
        assert printed in pages
    template.write_text(text, encoding="utf-8")
    code, said = report.build()
    assert (code, draft.exists(), Path(draft).parent.exists()) == (0, False, True), said
