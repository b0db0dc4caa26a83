"""The LaTeX sources as a whole: problem first, check marks, headline, stale runs, files written only when changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom import manifest
from texloom.document import render
from texloom.document.checks import Result
from texloom.errors import ReportError
from texloom.results.runs import Runs


@pytest.mark.parametrize(
    "text", ["% comment\n\n\\begin{problem}", "\\#{ a }\n\\BLOCK{set a = 1}\n  \\begin{problem}\n"]
)
def test_a_part_opens_with_its_problem(tmp_path: Path, text: str) -> None:
    path = tmp_path / "part.tex"
    path.write_text(text)
    render.check_opens_with_problem(path)


@pytest.mark.parametrize(
    ("text", "line"), [("% comment\nText\n\\begin{problem}", ":2"), ("\\section{A}", ":1"), ("%", "")]
)
def test_a_part_that_opens_otherwise_is_refused(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "part.tex"
    path.write_text(text)
    with pytest.raises(ReportError) as error:
        render.check_opens_with_problem(path)
    assert error.value.where == f"{path}{line}"


def test_check_marks_print_one_digit_and_exact_ones_zero() -> None:
    results = [Result("eq:a", "f", "how", "f.py:1", 3.49e-12, 1e-10), Result("eq:b", "f", "how", "f.py:2", 0.0, 1e-15)]
    assert render.checks_tex(results).splitlines()[1:] == [
        r"\expandafter\def\csname report@check@eq:a\endcsname{\num{3e-12}}",
        r"\expandafter\def\csname report@check@eq:b\endcsname{\num{0}}",
    ]


def test_only_changed_sources_are_written_and_old_sections_removed(tmp_path: Path) -> None:
    def rendering(text: str) -> render.Rendering:
        made = render.Rendering(tmp_path)
        made.add("report.tex", "\ue000report.tex.j2:1\ue001fixed")
        made.add("sections/toy.tex", text)
        return made

    rendering("first").write()
    (tmp_path / "sections" / "gone.tex").write_text("no longer in the report")
    for path in (tmp_path / "report.tex", tmp_path / "sections" / "toy.tex"):
        os.utime(path, (1, 1))
    rendering("second").write()
    assert (tmp_path / "report.tex").stat().st_mtime == 1
    assert (tmp_path / "sections" / "toy.tex").read_text() == "second"
    assert not (tmp_path / "sections" / "gone.tex").exists()
    source_map = json.loads((tmp_path / render.SOURCE_MAP).read_text())
    assert source_map[f"{tmp_path.as_posix()}/report.tex"] == ["report.tex.j2:1"]


def test_headline_has_meaning_value_and_place(project: Path, make_runs: Callable[..., Runs]) -> None:
    runs = make_runs({"loss": (0.25, "%")}, {"loss": (0.35, "%")})
    text = render.glance(manifest.load(), {"toy": runs})
    assert r"Meaning of loss&\qty{0.30 +- 0.07}{\percent}&\cref{sec:toy-experiment}" in text


def test_headline_of_an_unknown_metric_is_refused(project: Path, make_runs: Callable[..., Runs]) -> None:
    with pytest.raises(ReportError, match=r"headline of 'Code': unknown metric 'loss' of toy\n.*closest: 'los'"):
        render.glance(manifest.load(), {"toy": make_runs({"los": (0.25, "")})})


def test_a_run_made_by_other_code_is_refused(
    project: Path, make_runs: Callable[..., Runs], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_runs({"loss": (0.25, "")}, {"loss": (0.35, "")})
    monkeypatch.setattr(render, "stale_parts", lambda record, _: ["a.py", "b.py", "c.py", "d.py"][: 4 * record["seed"]])
    monkeypatch.setattr(render.Current, "of", lambda _: None)
    part = manifest.load().experiments["toy"]
    with pytest.raises(ReportError) as error:
        render.load_runs(part, Path("build"))
    assert error.value.where == "build/runs/toy/seed-1"
    assert error.value.what == "is out of date: a.py, b.py, c.py … changed since it was trained"


@pytest.mark.parametrize(
    ("options", "smoke", "told"),
    [
        ([], False, None),
        (["--smoke"], True, None),
        (["--smoke"], False, "with --smoke"),
        (["--set epochs=5", "--cores 2"], False, "with --set epochs=5 --cores 2"),
        ([], True, "with the report's values"),
    ],
)
def test_a_run_trained_by_hand_with_other_options_is_refused(
    project: Path,
    make_runs: Callable[..., Runs],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    smoke: bool,
    told: str | None,
) -> None:
    make_runs({"loss": (0.25, "")}, {"loss": (0.35, "")}, options=options)
    monkeypatch.setattr(render, "stale_parts", lambda *_: [])
    monkeypatch.setattr(render.Current, "of", lambda _: None)
    part = manifest.load().experiments["toy"]
    if told is None:
        assert len(render.load_runs(part, Path("build"), smoke=smoke)) == 2
        return
    with pytest.raises(ReportError) as error:
        render.load_runs(part, Path("build"), smoke=smoke)
    assert error.value.what == f"was trained by hand {told}, which is not what this report is made of"
    assert "rm -r build/runs/toy/seed-0, and make trains it anew" in error.value.way_out


def test_provenance_names_commits_settings_and_the_kind_of_machine(
    make_runs: Callable[..., Runs], tmp_path: Path
) -> None:
    runs = make_runs({"loss": (0.25, "")}, config={"hidden": [16, 8], "noise": "gaussian"})
    extra = {"commit": "0123456789abcdef", "dirty": True, "versions": {"numpy": "2.0"}, "code": {"a.py": "0"}}
    runs[0].record.update(extra, identity="f" * 64, kind="Linux x86_64 AVX2", seconds=61.2)
    facts = dict(render.facts(runs))
    assert facts["Commit"] == "0123456789ab with uncommitted changes"
    assert facts["Settings"] == "hidden = 16 × 8, noise = gaussian"
    assert facts["Code"] == "1 files, identity ffffffffffffffff"
    assert facts["Kind of machine"] == "Linux x86_64 AVX2"
    assert not [fact for fact in facts.values() if "61" in str(fact)]  # what it cost is no property of the result
