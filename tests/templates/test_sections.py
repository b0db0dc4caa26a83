"""The templates of the report's experiments: every metric that they and the headlines name is declared."""

from __future__ import annotations

import pytest

from tests import ROOT
from texloom import manifest
from texloom.document.lint import lint


def test_every_metric_that_is_named_is_declared_and_no_claim_types_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    lint(manifest.load())
