"""Templates: delimiters, escaping, strict names, and errors that name the author's own line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from texloom.data.digests import Digests
from texloom.document import templating
from texloom.document.tex.latex import TeX
from texloom.errors import ReportError
from texloom.results.quantity import Quantity
from texloom.staleness.judge import changed_reads
from texloom.staleness.recording.hook import recording
from texloom.staleness.recording.recorder import Recorder


@pytest.fixture(autouse=True)
def in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "templates").mkdir()
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> None:
    Path("templates", name).write_text(text, encoding="utf-8")


def rendered(text: str, **context: Any) -> str:
    """The rendered template, without marks."""
    write("t.tex.j2", text)
    return templating.split_marks(templating.render(templating.make_environment(), "t.tex.j2", context))[0]


def error_of(text: str, **context: Any) -> ReportError:
    with pytest.raises(ReportError) as error:
        rendered(text, **context)
    return error.value


def test_plain_text_is_escaped_and_tex_is_not() -> None:
    assert rendered(r"\VAR{a} \VAR{b}", a="50 % of a_b & c", b=TeX(r"$a_b$")) == r"50 \% of a\_b \& c $a_b$"


def test_text_written_in_an_expression_is_escaped_too() -> None:
    assert rendered(r'\VAR{"a_b"} \VAR{name | replace("_", "&")}', name="x_y") == r"a\_b x\&y"


@pytest.mark.parametrize(
    "text", [r"$3\times\tau\nu\frac12\beta\alpha\rho$", r"\x41\u0041\N{A}\101", r"one \\ two", "a\\"]
)
def test_a_backslash_in_a_string_is_latex_s(text: str) -> None:
    assert rendered(rf"\VAR{{as_tex('{text} ')}}", as_tex=TeX) == text + " "


def test_quantities_and_numbers_are_spliced_by_siunitx() -> None:
    assert (
        rendered(r"\VAR{q}, \VAR{n}", q=Quantity("x", (1.0, 3.0), "dB"), n=60_000) == r"\qty{2 +- 1}{dB}, \num{60000}"
    )


def test_latex_braces_percent_and_hash_are_left_alone() -> None:
    text = "{\\bfseries a} % comment \\VARIABLE \\# {{x}} {% y %} {# z #}\n"
    assert rendered(text) == text


def test_comments_and_block_lines_leave_no_empty_lines() -> None:
    text = "a\n\\BLOCK{if yes}\nb\n  \\BLOCK{endif}\n\\#{ gone\n gone }\nc\n"
    assert rendered(text, yes=True) == "a\nb\nc\n"


def test_macros_are_tex_and_escape_what_they_are_given() -> None:
    write("macros.tex.j2", "\\BLOCK{macro bold(text)}\\textbf{\\VAR{text}}\\BLOCK{endmacro}\n")
    text = '\\BLOCK{import "macros.tex.j2" as macros}\n\\VAR{macros.bold("a_b")}\n'
    assert rendered(text) == "\\textbf{a\\_b}\n"


def test_unknown_name_is_reported_with_file_and_line() -> None:
    error = error_of("a\nb\n\\VAR{nothing}\n")
    assert error.where == "templates/t.tex.j2:3"
    assert "'nothing' is undefined" in error.what


def test_unknown_name_in_a_macro_is_reported_with_the_macro_s_line() -> None:
    write("macros.tex.j2", "\\BLOCK{macro m()}\n\\VAR{nothing}\n\\BLOCK{endmacro}\n")
    error = error_of('\\BLOCK{import "macros.tex.j2" as macros}\n\n\\VAR{macros.m()}\n')
    assert error.where == "templates/macros.tex.j2:2"


def test_error_of_a_called_function_gets_the_template_s_line() -> None:
    def metric() -> str:
        raise ReportError("", "unknown metric 'fidd'", "closest: 'fid'")

    error = error_of("a\n\\BLOCK{if true}\n\\VAR{metric()}\n\\BLOCK{endif}\n", metric=metric)
    assert str(error) == "templates/t.tex.j2:3: unknown metric 'fidd'\n  closest: 'fid'"


def test_error_of_a_call_block_gets_the_line_of_the_call() -> None:
    def figure(name: str, caller: Any) -> str:
        raise ReportError("", f"unknown figure '{name}'", "")

    error = error_of('a\n\\BLOCK{call figure("x")}\ncaption\n\\BLOCK{endcall}\n', figure=figure)
    assert error.where == "templates/t.tex.j2:2"


def test_place_that_a_function_names_follows_the_template_s_line() -> None:
    def figure() -> str:
        raise ReportError("build/index.json", "is not there", "")

    assert error_of("\n\\VAR{figure()}", figure=figure).where == "templates/t.tex.j2:2: build/index.json"


def test_error_inside_a_loop_over_a_long_text_names_the_right_line() -> None:
    text = "x\n" * 30 + "\\BLOCK{for i in [1, 2]}\n\\#{ two\nlines }\n\\VAR{missing}\n\\BLOCK{endfor}\n"
    assert error_of(text).where == "templates/t.tex.j2:34"


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\n\\BLOCK{if}\n\\BLOCK{endif}\n", 2), ("a\nb\n\\BLOCK{endfor}\n", 3), ("\\VAR{1 +}", 1)],
)
def test_syntax_error_is_reported_with_file_and_line(text: str, line: int) -> None:
    assert error_of(text).where == f"templates/t.tex.j2:{line}"


def test_missing_template_says_what_to_write() -> None:
    with pytest.raises(ReportError, match=r"templates/no\.tex\.j2: there is no such template"):
        templating.render(templating.make_environment(), "no.tex.j2", {})


def test_a_template_that_is_not_utf_8_is_reported_with_its_line_also_where_it_is_included() -> None:
    Path("templates/other.tex.j2").write_bytes(b"a\n\xe9\n")
    with pytest.raises(ReportError, match="is not UTF-8: byte 0xe9") as error:
        templating.render(templating.make_environment(), "other.tex.j2", {})
    assert error.value.where == "templates/other.tex.j2:2"
    included = error_of("a\n\nb \\BLOCK{include 'other.tex.j2'}\n")
    assert included.where == "templates/t.tex.j2:3: templates/other.tex.j2:2"


def test_exceptions_of_expressions_name_the_line() -> None:
    with pytest.raises(ReportError, match=r"^templates/t.tex.j2:1: division by zero\n"):
        rendered(r"\VAR{1 / 0}")


def test_a_template_that_is_included_if_it_is_there_counts_when_it_comes() -> None:
    Path("templates/more").mkdir()
    with recording(Recorder(engine=True)) as recorder:
        assert rendered(r'a\BLOCK{include "more/later.tex.j2" ignore missing}') == "a"
    reads = recorder.finish().to_json()
    assert list(changed_reads(reads, Digests())) == []
    Path("templates/more/later.tex.j2").touch()
    assert list(changed_reads(reads, Digests())) == ["templates/more/later.tex.j2 (new)"]
