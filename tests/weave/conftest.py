"""A small project in a temporary folder, for the parts of the engine that read files."""

from __future__ import annotations

from pathlib import Path

import pytest

MANIFEST = """\
[report]
title = "A title"
author = "An author"
date = 2024-01-02

[[sections]]
title = "One"

[[sections.parts]]
title = "Text"
theory = "alpha_text"

[[sections.parts]]
title = "Code"
experiment = "toy"
seeds = [0, 1]
headline = ["loss"]

[profiles.report]
folder = "build"

[profiles.smoke]
folder = "build/smoke"
smoke = true
watermark = "DRAFT"
claims = "show"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one written answer and one experiment; the current folder while the test runs."""
    for name, text in {
        "report.toml": MANIFEST,
        "theory/alpha_text.tex": "\\begin{problem}Why?\\end{problem}\nBecause.\n",
        "theory/notation.tex": "",
        "theory/references.bib": "@book{knuth1984,\n title={The TeXbook}}\n",
        "experiments/toy/train.py": "",
        "templates/sections/toy.tex.j2": "\\begin{problem}How?\\end{problem}\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
