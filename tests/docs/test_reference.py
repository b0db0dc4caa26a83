"""The reference pages agree with the code and are complete."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docs.tools import reference
from tests import ROOT
from texloom.scaffold.experiment import FILES


@pytest.mark.parametrize("path", reference.pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_is_current(path: Path) -> None:
    """If this fails: run .venv/bin/python docs/tools/reference.py"""
    assert path.read_text(encoding="utf-8") == reference.pages()[path]


@pytest.mark.parametrize("path", reference.pages(), ids=lambda path: path.name)
def test_each_entry_has_a_meaning(path: Path) -> None:
    rows = [line.split(" | ") for line in reference.pages()[path].splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows if not row[-1].strip(" |")] == []


def _values(text: str) -> Any:
    """A TOML text as JSON values; dates become strings."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize("root", [ROOT, FILES / "report"], ids=["ours", "new"])
def test_the_schema_accepts_a_report_that_names_it_and_refuses_a_misspelt_key(root: Path) -> None:
    text = (root / "report.toml").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "#:schema docs/report.schema.json"
    jsonschema.validate(_values(text), reference.schema())
    with pytest.raises(jsonschema.ValidationError, match="autor"):
        jsonschema.validate(_values(text.replace("\nauthor = ", "\nautor = ")), reference.schema())
