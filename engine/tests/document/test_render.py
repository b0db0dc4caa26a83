"""The LaTeX sources as a whole: problem first, check marks, headline, stale runs, files written only when changed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from texloom import manifest
from texloom.document import render, templating
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


def test_headline_has_meaning_value_and_place(project: Path, make_runs: Callable[..., Runs]) -> None:
    runs = make_runs({"loss": (0.25, "%")}, {"loss": (0.35, "%")})
    text = render.glance(manifest.load(), {"toy": runs})
    assert r"Meaning of loss&\qty{0.30 +- 0.07}{\percent}&\cref{sec:toy-experiment}" in text


def test_headline_of_an_unknown_metric_is_refused(project: Path, make_runs: Callable[..., Runs]) -> None:
    with pytest.raises(ReportError, match=r"headline of 'Code': unknown metric 'loss' of toy\n.*closest: 'los'"):
        render.glance(manifest.load(), {"toy": make_runs({"los": (0.25, "")})})


def test_the_appendix_lists_checks_below_the_files_that_hold_them(project: Path) -> None:
    """With the templates that a new report starts from."""
    for template in (files("texloom.scaffold") / "files" / "report" / "templates").iterdir():
        if template.name.endswith(".j2"):
            (project / "templates" / template.name).write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    results = [
        Result(f"eq:{name}", "alpha_text", f"how {name}", f"theory/alpha_text/{file}.py:{line}", 1e-9, 1e-8)
        for name, file, line in (("a", "first", 3), ("b", "first", 9), ("c", "second", 5))
    ]
    report = manifest.load()
    rendered = render.render_theory(report, report.profile("report"), results, Path("build/theory"))
    lines = rendered.files["appendix.tex"].splitlines()
    listed = [line for line in lines if line.startswith((r"\multicolumn", r"\labelcref"))]
    assert [line.split("texttt")[-1] for line in listed] == [
        r"{\footnotesize theory/alpha\_text/first.py}} \\*",
        r"\labelcref{eq:a} & how a & \num{1e-09} & \num{1e-08} & 3 \\",
        r"\labelcref{eq:b} & how b & \num{1e-09} & \num{1e-08} & 9 \\",
        r"{\footnotesize theory/alpha\_text/second.py}} \\*",
        r"\labelcref{eq:c} & how c & \num{1e-09} & \num{1e-08} & 5 \\",
    ]


def test_the_appendix_prints_what_is_declared_of_data_and_their_digests(project: Path) -> None:
    """With the templates that a new report starts from."""
    templates = Path(str(files("texloom.scaffold"))) / "files" / "report" / "templates"
    context = {
        "theory_only": False,
        "number_of_checks": 0,
        "checks": [],
        "claims": [],
        "provenance": [],
        "data_sets": [[("Name", "my_rain"), ("File", "my_rain.csv"), ("Licence", "CC BY & mine")]],
        "data": [("my_rain/my_rain.csv", 64 * "a")],
    }
    environment = templating.make_environment(templates)
    text = templating.strip_marks(templating.render(environment, "appendix.tex.j2", context))
    assert r"\item[Name] my\_rain" in text
    assert r"\item[Licence] CC BY \& mine" in text
    assert rf"\texttt{{\small my\_rain/my\_rain.csv}} & \texttt{{\small {32 * 'a'}}} \\" in text
    without = context | {"data_sets": [], "data": []}
    assert r"\subsection*{Data}" not in templating.render(environment, "appendix.tex.j2", without)
