"""Every metric that is named in templates of the report's experiments or in headlines is declared.

The tables of choices are not filled in by a build; their numbers must be those of docs/choices.md.
"""

from __future__ import annotations

import re

import pytest

from tests import ROOT
from texloom import manifest
from texloom.document.lint import lint
from texloom.document.tex.listings import find_source
from texloom.results.utf8 import read_utf8


def test_every_metric_that_is_named_is_declared_and_no_claim_types_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    lint(manifest.load())


def test_the_conclusions_print_what_every_experiment_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each section states its finding once, under the name of its label, and none of them is left out."""
    finding = re.compile(r"^\\finding\{([^}]*)\}", re.MULTILINE)
    stated = {
        path.name.partition(".")[0].replace("_", "-"): finding.findall(read_utf8(path))
        for path in (ROOT / "templates" / "sections").glob("*.tex.j2")
    }
    assert stated == {name: [name] for name in stated}
    printed = re.findall(r"\\found\{([^}]*)\}", read_utf8(ROOT / "theory" / "conclusions.tex"))
    monkeypatch.chdir(ROOT)
    assert printed == [name.replace("_", "-") for name in manifest.load().experiments]


LISTED = [
    pytest.param(*found, id=found[1])
    for path in sorted((ROOT / "templates" / "sections").glob("*.j2"))
    for found in re.findall(r'listing\("([\w.]+)", "([\w.]+)"\)', read_utf8(path))
]


@pytest.mark.parametrize(("module", "name"), LISTED)
def test_no_line_of_a_listing_is_broken(module: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is 412 pt wide, and a character of listings 3.99 pt."""
    monkeypatch.chdir(ROOT)
    source, *_ = find_source(module, name)
    assert [line for line in source.splitlines() if len(line) > 103] == []


def table_of_choices(experiment: str) -> list[tuple[str, str, str]]:
    """The rows of the table of choices in a section: setting, value measured, time."""
    text = (ROOT / "templates" / "sections" / f"{experiment}.tex.j2").read_text(encoding="utf-8")
    body = text.partition("-choices}\n")[2].partition("\\midrule")[2].partition("\\bottomrule")[0]
    cells = [cell.strip(" \n$") for cell in re.split(r"&|\\\\", body)]
    return list(zip(cells[::3], cells[1::3], cells[2::3], strict=False))


def named(setting: str) -> str:
    """The name in the tables of a setting on the page of choices."""
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
