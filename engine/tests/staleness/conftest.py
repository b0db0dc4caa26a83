"""The plan of a small report, and a finished one."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.data import digests
from texloom.results.places import BuildFolder
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.written import LATEX_SEAL
from texloom.staleness import watched
from texloom.staleness.made_from import MadeFrom
from texloom.staleness.plan import Plan

SURVEY = """
[[sections.parts]]
title = "Survey"
experiment = "survey"
priority = 3

[profiles.report]
"""


@pytest.fixture
def plan(code: Path) -> Plan:
    """The plan of the report, with one experiment with training and one without."""
    manifest = code / "report.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("[profiles.report]", SURVEY), encoding="utf-8")
    return Plan.load("report")


TEXT = Path("theory/alpha_text.tex")
CODE = Path("experiments/toy/train.py")
RUN = Path("build/runs/toy/seed-0/metrics.json")
DATA = Path("own/table.csv")
PDF = Path("build/report.pdf")
BUILD = BuildFolder(Path("build"))
ENGINE = Path("engine/texloom/errors.py")
RECORD = BUILD.run_record("toy", 0)


@pytest.fixture(params=[digests.SETTLED_NS, -(10**12)], ids=["just written", "settled"])
def finished(project: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """The project with a report that was just finished: its run has read a table and listed its folder.

    It runs twice: with files that count as just written and must be read, and with settled files that need not be read.
    """
    monkeypatch.setattr(digests, "SETTLED_NS", request.param)
    for path in (RUN, PDF, BUILD.made("report"), ENGINE, DATA):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made")
    listed = {"own": [{"pattern": "*.csv", "names": ["table.csv"]}]}
    files = {DATA.as_posix(): file_digest(DATA), "own/settings.json": None}
    reads = {"files": files, "folders": listed, "looked": {"own/flag": {"kind": None}}}
    run = MadeFrom(code={CODE.as_posix(): "", "texloom/errors.py": ""}, reads=reads)
    write_sealed(RECORD, {"files": {RUN.name: file_digest(RUN)}, **run.to_json()})
    document = MadeFrom(reads={"files": {TEXT.as_posix(): file_digest(TEXT)}})
    write_sealed(BUILD.made_from("report"), document.to_json())
    write_sealed(BUILD.sources("report") / LATEX_SEAL, {"report.pdf": file_digest(BUILD.made("report"))})
    watched.record("report", "report", BUILD, [RECORD], watched.sources())
    return project
