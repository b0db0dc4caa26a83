"""The plan of a small report."""

from __future__ import annotations

from pathlib import Path

import pytest

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
