"""The files of the networks: inconsistencies are reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.inception import formats
from tests.experiments.inception.tiny_archives import WEIGHTS
from texloom.data import sources
from texloom.errors import ReportError


def test_a_manifest_that_does_not_fit_the_weights_is_told(tmp_path: Path) -> None:
    entry = {"name": "a", "shape": [11], "min": 0.0, "scale": 1.0}
    sources.keep(
        tmp_path, {formats.QUANTISED_WEIGHTS: WEIGHTS, formats.QUANTISED_MANIFEST: json.dumps([entry]).encode()}
    )
    with pytest.raises(ReportError, match="lists 11 bytes of weights, but the file contains 12"):
        formats.quantised_weights(tmp_path)
