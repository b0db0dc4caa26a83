"""Fixtures for the tests in all folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import ROOT


@pytest.fixture
def root() -> Path:
    """The report's folder."""
    return ROOT
