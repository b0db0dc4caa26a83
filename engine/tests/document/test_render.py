"""The LaTeX sources as a whole: problem first, check marks, headline, outdated runs, only changed files written."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from texloom import manifest
from texloom.document import render, templating
from texloom.document.checks import Result
from texloom.document.claim_table import Chapter, Row
from texloom.document.tex.latex import TeX
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


@pytest.mark.parametrize(
    ("kind", "error", "standard_error", "mark"),
    [
        ("symbolic", 0.0, None, "symbolic"),
        ("absolute", 3.49e-12, None, r"abs. \num{3e-12}"),
        ("absolute", 0.0, None, r"abs. \num{0}"),
        ("relative", 2e-5, None, r"rel. \num{2e-05}"),
        ("exponent", 2.7e-3, None, r"exponent \num{3e-03}"),
        ("Monte Carlo", 7.5e-4, 6.14e-3, r"MC \num{1 +- 6 e-3}"),
        ("Monte Carlo", 7.5e-4, 9.96e-3, r"MC \num{0 +- 1 e-2}"),
    ],
)
def test_a_mark_prints_the_kind_and_one_digit_of_the_error(
    kind: str, error: float, standard_error: float | None, mark: str
) -> None:
    result = Result("eq:a", "f", "how", "f.py:1", kind, error, 1e-2, standard_error)
    assert render.checks_tex([result]).splitlines()[1:] == [
        rf"\expandafter\def\csname report@check@eq:a\endcsname{{{mark}}}"
    ]


def test_headline_has_meaning_value_and_place(project: Path, make_runs: Callable[..., Runs]) -> None:
    runs = make_runs({"loss": (0.25, "%")}, {"loss": (0.35, "%")})
    text = render.glance(manifest.load(), {"toy": runs})
    assert r"Meaning of loss&\qty{0.30 +- 0.07}{\percent}&\cref{sec:toy-experiment}" in text


def test_a_headline_may_have_a_label_in_place_of_the_meaning(project: Path, make_runs: Callable[..., Runs]) -> None:
    path = Path("report.toml")
    labelled = path.read_text().replace('headline = ["loss"]', 'headline = ["loss"]\nlabels = {loss = "what is lost"}')
    path.write_text(labelled)
    text = render.glance(manifest.load(), {"toy": make_runs({"loss": (0.25, "")})})
    assert r"What is lost&\num{0.2500}&" in text
    path.write_text(labelled.replace("{loss =", "{los ="))
    with pytest.raises(ReportError, match="part 'Code' has a label for 'los', which is not in its headline"):
        manifest.load()


def test_headline_of_an_unknown_metric_is_refused(project: Path, make_runs: Callable[..., Runs]) -> None:
    with pytest.raises(ReportError, match=r"headline of 'Code': unknown metric 'loss' of toy\n.*closest: 'los'"):
        render.glance(manifest.load(), {"toy": make_runs({"los": (0.25, "")})})


def test_the_appendix_lists_checks_below_the_files_that_hold_them(project: Path) -> None:
    """With the templates of a new report."""
    for template in (files("texloom.scaffold") / "files" / "report" / "templates").iterdir():
        if template.name.endswith(".j2"):
            (project / "templates" / template.name).write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    results = [
        Result(
            f"eq:{name}", "alpha_text", f"how {name}", f"theory/alpha_text/{file}.py:{line}", kind, 1e-9, 1e-8, spread
        )
        for name, file, line, kind, spread in (
            ("a", "first", 3, "relative", None),
            ("b", "first", 9, "Monte Carlo", 2e-9),
            ("c", "second", 5, "symbolic", None),
        )
    ]
    report = manifest.load()
    rendered = render.render_theory(report, report.profile("report"), results, Path("build/theory"))
    lines = rendered.files["appendix.tex"].splitlines()
    listed = [line for line in lines if line.startswith((r"\multicolumn", r"\labelcref"))]
    assert [line.split("texttt")[-1] for line in listed] == [
        r"{\footnotesize theory/alpha\_text/first.py}} \\*",
        r"\labelcref{eq:a} & how a & rel. \num{1e-09} & \num{1e-08} & 3 \\",
        r"\labelcref{eq:b} & how b & MC \num{1 +- 2 e-9} & \num{1e-08} & 9 \\",
        r"{\footnotesize theory/alpha\_text/second.py}} \\*",
        r"\labelcref{eq:c} & how c & symbolic &  & 5 \\",
    ]


def appendix(**known: object) -> str:
    """The appendix of the templates of a new report."""
    templates = Path(str(files("texloom.scaffold"))) / "files" / "report" / "templates"
    empty = {"theory_only": False, "number_of_checks": 0, "checks": [], "claim_chapters": [], "provenance": []}
    environment = templating.make_environment(templates)
    context = {**empty, "data_sets": [], "data": [], **known}
    return templating.strip_marks(templating.render(environment, "appendix.tex.j2", context))


def test_the_appendix_lists_claims_by_chapter_and_keeps_the_lines_of_one_on_a_page() -> None:
    texts = [("toy-1", "a $-$ b", "$\\min$ 3", "$>$~2"), ("toy-1", "c", "4", "$>$~1"), ("toy-2", "d", "5", "$>$~0")]
    rows = [Row(*map(TeX, each)) for each in texts]
    text = appendix(claim_chapters=[Chapter("One & all", 3, rows), Chapter("Two", 1, rows[2:])])
    listed = [line for line in text.splitlines() if line.startswith((r"\multicolumn", r"\claimpage"))]
    assert listed == [
        r"\multicolumn{4}{@{}l}{\textbf{One \& all}, $n=\num{3}$} \\*",
        r"\claimpage{toy-1} & a $-$ b & $\min$ 3 & $>$~2 \\*",
        r"\claimpage{toy-1} & c & 4 & $>$~1 \\",
        r"\claimpage{toy-2} & d & 5 & $>$~0 \\",
        r"\multicolumn{4}{@{}l}{\rule{0pt}{2.9ex}\textbf{Two}, $n=\num{1}$} \\*",
        r"\claimpage{toy-2} & d & 5 & $>$~0 \\",
    ]
    assert r"\footnotesize\setlength" in text


def test_the_appendix_of_a_report_without_claims_has_no_empty_table() -> None:
    text = appendix()
    assert "There is none yet." in text
    assert "What was compared" not in text
    assert "What was claimed" not in appendix(theory_only=True)


def test_the_appendix_prints_what_is_declared_of_data_and_their_digests() -> None:
    text = appendix(
        data_sets=[[("Name", "my_rain"), ("File", "my_rain.csv"), ("Licence", "CC BY & mine")]],
        data=[("my_rain/my_rain.csv", 64 * "a")],
    )
    assert r"\item[Name] my\_rain" in text
    assert r"\item[Licence] CC BY \& mine" in text
    assert rf"\texttt{{my\_rain/my\_rain.csv}} & \texttt{{{32 * 'a'}}} \\" in text
    assert r"\subsection*{Data}" not in appendix()
