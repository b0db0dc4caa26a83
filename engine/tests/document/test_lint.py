"""Errors found without a build: each with its line and the closest name, and no false positives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from texloom import manifest
from texloom.document import lint
from texloom.errors import ReportError
from texloom.results.metrics import Metric

TEMPLATE = "templates/sections/toy.tex.j2"
DECLARED = {name: Metric("", name) for name in ("loss", "fid", "fid_ema", "early_fid", "late_fid")}


def problems(text: str) -> str | None:
    """The error of a section template with this text, in the small project; None if there is none."""
    Path(TEMPLATE).write_text(text, encoding="utf-8")
    try:
        lint.lint(manifest.load())
    except ReportError as error:
        return str(error)
    return None


@pytest.fixture(autouse=True)
def declared(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint, "declared_metrics", lambda _: DECLARED)


def test_an_unknown_metric_is_reported_with_file_line_and_the_closest() -> None:
    said = problems('a\n\\BLOCK{if m.fid > 2}\n\\VAR{claim("Lower",\n  m.fidd.lowest < m.fid)}\\BLOCK{endif}')
    assert said == (
        f"{TEMPLATE}:4: unknown metric 'fidd' of toy\n"
        "  there are: early_fid, fid, fid_ema, late_fid, loss; closest: 'fid'"
    )


def test_all_mistakes_are_reported_at_once_each_once_for_a_line() -> None:
    said = problems("\\VAR{m.one / m.one}\n\\VAR{m.one}\n\\VAR{m['two']}\n") or ""
    assert [line.split(":")[1:3] for line in said.splitlines() if line.startswith(TEMPLATE)] == [
        ["1", " unknown metric 'one' of toy"],
        ["2", " unknown metric 'one' of toy"],
        ["3", " unknown metric 'two' of toy"],
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("\\VAR{m['early' ~ '_fid']}", []),
        ("\\VAR{m['earl' ~ '_fid']}", ["earl_fid"]),
        ("\\BLOCK{for when in ['early', 'late', 'last']}\\VAR{m[when ~ '_fid']}\\BLOCK{endfor}", ["last_fid"]),
        ("\\BLOCK{for name in ('fid', 'kid')}\n\\VAR{m[name].mean}\n\\BLOCK{endfor}", ["kid"]),
        ("\\BLOCK{for name in names}\\VAR{m[name]}\\BLOCK{endfor}\\VAR{m[other ~ '_kid']}", []),
        ("\\BLOCK{macro row(m)}\\VAR{m.cells}\\BLOCK{endmacro}", []),
        ("\\VAR{config.kid}\\VAR{other.m.kid} m.kid \\#{ \\VAR{m.kid} }", []),
    ],
)
def test_computed_names_count_as_far_as_the_template_holds_them(text: str, wrong: list[str]) -> None:
    said = problems(text) or ""
    assert [name for name in said.split("'")[1::2] if name not in DECLARED] == wrong


def test_a_template_that_is_included_is_looked_at_and_named() -> None:
    Path("templates/part.tex.j2").write_text("\n\\VAR{m.kid}", encoding="utf-8")
    assert (problems('\\BLOCK{include "part.tex.j2"}') or "").startswith(
        "templates/part.tex.j2:2: unknown metric 'kid'"
    )


def test_a_headline_of_an_unknown_metric_is_reported_at_its_line(manifest_text: str) -> None:
    Path("report.toml").write_text(manifest_text.replace('["loss"]', '[\n  "fid",\n  "losses"]'), encoding="utf-8")
    line = 2 + next(number for number, line in enumerate(manifest_text.splitlines(), start=1) if "headline" in line)
    assert (problems("") or "").startswith(f"report.toml:{line}: unknown metric 'losses' of toy\n")


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ('"At least 8 dB better"', "8"),
        ('"Below 0.25 in " ~ config.steps ~ " steps"', "0.25"),
        ('"Below " ~ 1.5', "1.5"),
        ('"After " ~ config.steps ~ " steps it is like $1/n^2$, \\cref{fig:a-2} and \\qty{3}{dB}"', "3"),
        ('"Better than $-100$ nats at $n=1$"', "100"),
        ('"At least \\emph{8} better"', "8"),
        ('"At least \\textbf{\\qty[per-mode=symbol]{1.5e3}{m^2}} more"', "1.5e3"),
        ('"Better by $\\ge 8$"', "8"),
        ('"Better by $\\geq\\mathbf{8}\\,\\mathrm{dB}$"', "8"),
        ('"Better by \\(\\qty{8}{dB}\\)"', "8"),
        ('"Less than .5\\,\\%"', ".5"),
        ('"One in $10^4$"', "10"),
        ('"One in 1,000"', "1,000"),
    ],
)
def test_a_number_that_is_typed_in_a_claim_is_refused(sentence: str, number: str) -> None:
    said = problems(f"\n\\VAR{{claim({sentence}, m.fid < m.loss)}}") or ""
    assert said.startswith(f"{TEMPLATE}:2: a claim with a typed number: '{number}'\n  write {{limit}}")
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize(
    "sentence",
    [
        '"Below $2\\ln2$ and like $1/n^2$ at \\(n=1\\)"',
        '"With one network of two the mean of ten digits is lower"',
        '"As \\cref{fig:a-2} shows, \\emph{see \\cite[p. 3]{b1999}}, in \\unit{m^2}"',
        '"In conv2d, top-5 and \\texttt{L2} of \\qty{" ~ config.width ~ "}{m^2}"',
        '"At $n=" ~ config.steps ~ "$ it is $1/n^2$"',
    ],
)
def test_what_is_no_number_of_its_own_may_be_typed(sentence: str) -> None:
    assert problems(f"\\VAR{{claim({sentence}, m.fid < m.loss)}}") is None


def test_a_template_that_is_missing_or_no_jinja_is_reported() -> None:
    assert (problems("a\n\\BLOCK{if}") or "").startswith(f"{TEMPLATE}:2: ")
    Path(TEMPLATE).unlink()
    with pytest.raises(ReportError, match=r"toy\.tex\.j2: is missing; report\.toml has the experiment 'toy'"):
        lint.lint(manifest.load())


def run_lint() -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "texloom", "lint"], capture_output=True, text=True)


def test_the_command_reads_what_the_chapters_declare(project: Path) -> None:
    Path(TEMPLATE).write_text("\\VAR{m.loss}", encoding="utf-8")
    finished = run_lint()
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    Path("experiments/toy/metrics.py").unlink()
    finished = run_lint()
    assert finished.returncode == 2
    assert finished.stderr.startswith("experiments/toy/metrics.py: is missing\n")
