"""In the templates of the report's experiments and in headlines, every metric that is named is declared.

The tables of choices, which no build fills in, have the numbers of docs/choices.md.
"""

from __future__ import annotations

import re

import pytest

from tests import ROOT
from texloom import manifest
from texloom.document.lint import lint


def test_every_metric_that_is_named_is_declared_and_no_claim_types_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    lint(manifest.load())


def table_of_choices(experiment: str) -> list[tuple[str, str, str]]:
    """The rows of the table of choices in a section: setting, value measured, time."""
    text = (ROOT / "templates" / "sections" / f"{experiment}.tex.j2").read_text(encoding="utf-8")
    body = text.partition("-choices}\n")[2].partition("\\midrule")[2].partition("\\bottomrule")[0]
    cells = [cell.strip(" \n$") for cell in re.split(r"&|\\\\", body)]
    return list(zip(cells[::3], cells[1::3], cells[2::3], strict=False))


def named(setting: str) -> str:
    """A setting of the page of choices as the tables name it."""
    if match := re.fullmatch(r"learning_rate=(\S+) batch=(\d+)", setting):
        return f"rate {match[1]}, batch {match[2]}"
    if match := re.fullmatch(r"hidden=\[(\d+),(\d+)\]", setting):
        return f"widths {match[1]}, {match[2]}"
    name, _, value = setting.partition("=")
    return {"position_weight": f"weight {value}", "latent_dim": f"{value} latent units"}[name]


@pytest.mark.parametrize("experiment", ["denoising_autoencoder", "variational_autoencoder"])
def test_the_tables_of_choices_are_those_of_the_page(experiment: str) -> None:
    page = (ROOT / "docs" / "choices.md").read_text(encoding="utf-8")
    rows = [re.findall(r"[^|`]+", line) for line in page.splitlines() if line.startswith(f"| {experiment} |")]
    expected = {(named(row[2].strip()), row[4].strip(), row[5].strip()) for row in rows}
    assert len(expected) == 8
    assert set(table_of_choices(experiment)) == expected
