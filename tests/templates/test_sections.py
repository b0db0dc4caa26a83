"""In the templates of the report's experiments and in headlines, every metric that is named is declared."""

from __future__ import annotations

import pytest

from tests import ROOT
from texloom import manifest
from texloom.document.lint import lint


def test_every_metric_that_is_named_is_declared_and_no_claim_types_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    lint(manifest.load())
