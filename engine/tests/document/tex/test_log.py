"""LaTeX's log: the problems found in it, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.document.tex.log import Problem, from_value, in_text, problems, translate, with_closest

WARNINGS = """\
This is pdfTeX, Version 3.141592653-2.6-1.40.26 (TeX Live 2024) (preloaded format=pdflatex)
(./build/tex/report.tex (/usr/share/texlive/article.cls (see (the) manual)
Document Class: article) (/usr/share/a.sty)
(./theory/gan.tex

LaTeX Warning: Reference `fig:gone' on page 1 undefined on input line 7.


Overfull \\hbox (72.55574pt too wide) detected at line 9
\\OT1/cmr/m/n/10 (far too (wide text (./here.tex
 []

)

Package natbib Warning: Citation `nobody' on page 1 undefined on input line 5.


Overfull \\hbox (155.0pt too wide) in paragraph at lines 18--19
[]
 []


Overfull \\hbox (5.0pt too wide) in paragraph at lines 20--21
[]
 []


Underfull \\hbox (badness 10000) in paragraph at lines 22--23
[]
 []

[1

{/var/lib/texmf/pdftex.map}]
Overfull \\vbox (350.0pt too high) has occurred while \\output is active []

[2] (./build/tex/report.aux

LaTeX Warning: Label `sec:a' multiply defined.

)

LaTeX Warning: There were undefined references.

 )
Output written on one.pdf (2 pages, 34399 bytes).
"""

ERROR = """\
(./build/tex/report.tex (./theory/four.tex

LaTeX Warning: Reference `x' on page 1 undefined on input line 1.

./theory/four.tex:2: Undefined control sequence.
l.2 \\undefinedcommand
                     {x}
Here is how much of TeX's memory you used:

./theory/four.tex:2:  ==> Fatal error occurred, no output PDF file produced!
"""

PACKAGE_ERROR = """\
(./build/tex/report.tex (./theory/four.tex
./theory/four.tex:33: Package report Error: no check has run for 'eq:x'.

See the report package documentation for explanation.
Type  H <return>  for immediate help.
 ...

l.33   \\checked{eq:x}

"""


def test_everything_that_fails_a_build_with_file_and_line() -> None:
    report = "build/tex/report.tex"
    assert [(problem.file, problem.line, problem.what) for problem in problems(WARNINGS)] == [
        ("theory/gan.tex", 7, "reference to 'fig:gone', which no \\label defines"),
        ("theory/gan.tex", 9, "a box is 72.6 pt too wide for the page"),
        (report, 5, "citation 'nobody' is not in theory/references.bib"),
        (report, 18, "a box is 155.0 pt too wide for the page"),
        (report, 0, "the content of page 2 is 350.0 pt too high for the page"),
        ("build/tex/report.aux", 0, "label 'sec:a' is defined twice"),
    ]


@pytest.mark.parametrize(("points", "count"), [("4.9", 0), ("5.0", 0), ("5.00001", 1), ("14.2", 1)])
def test_boxes_fail_above_five_points(points: str, count: int) -> None:
    log = f"(./a.tex\nOverfull \\hbox ({points}pt too wide) in paragraph at lines 18--19\n[]\n []\n\n)\n"
    assert len(problems(log)) == count


LOST = """\
(./build/tex/report.tex (./build/tex/sections/toy.tex

LaTeX Warning: Float too large for page by 97.0pt on input line 12.


LaTeX Warning: Float too large for page by 0.5pt on input line 14.

) (./theory/gan.tex
Missing character: There is no 王 (U+738B) in font [lmroman10-regular]:+tlig;!
Missing character: There is no A in font nullfont!
[3] (./a.tex)
Overfull \\vbox (14.0pt too high) detected at line 30
[]

) [4] )
"""


def test_what_is_not_on_the_page_is_an_error() -> None:
    assert [(problem.file, problem.line, problem.what) for problem in problems(LOST)] == [
        (
            "build/tex/sections/toy.tex",
            12,
            "a figure or table is 97.0 pt too high for the page, with its caption",
        ),
        (
            "theory/gan.tex",
            0,
            "the font of page 3 has no character 王, which is not printed (font [lmroman10-regular]:+tlig;)",
        ),
        ("theory/gan.tex", 30, "a box is 14.0 pt too high for the page"),
    ]


def test_the_line_of_a_lost_character_is_its_first_in_the_file() -> None:
    high, lost, _ = problems(LOST)
    assert in_text(lost, "a\nb 王\n王\n").line == 2
    assert in_text(lost, "elsewhere") == lost
    assert in_text(high, "a 王") == high


def test_a_paragraph_that_a_file_leaves_open_belongs_to_that_file() -> None:
    opened = "(./report.tex (./theory/gan.tex (./fig.pdf))\n"
    log = opened + "Overfull \\hbox (9.0pt too wide) in paragraph at lines 150--61\n[]\n\n)\n"
    assert [(problem.file, problem.line) for problem in problems(log)] == [("theory/gan.tex", 150)]


def test_an_error_comes_alone_and_once_with_what_tex_read_last() -> None:
    expected = Problem("theory/four.tex", 2, "Undefined control sequence", "TeX stopped after: \\undefinedcommand")
    assert problems(ERROR) == [expected]


def test_a_package_error_quotes_the_source_some_lines_below() -> None:
    (problem,) = problems(PACKAGE_ERROR)
    assert (problem.file, problem.line) == ("theory/four.tex", 33)
    assert problem.what == "Package report Error: no check has run for 'eq:x'"
    assert problem.way_out.endswith("\\checked{eq:x}")


def test_a_clean_log_has_no_problem() -> None:
    assert problems("(./a.tex (./b.tex) [1] [2] (./a.aux) )\nOutput written on a.pdf (2 pages).\n") == []


def test_the_same_problem_is_reported_once() -> None:
    warning = "LaTeX Warning: Reference `x' on page 1 undefined on input line 7.\n"
    assert len(problems(f"(./a.tex\n{warning}\n{warning})")) == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (1, ("templates/report.tex.j2", 12)),
        (2, ("templates/macros.tex.j2", 3)),
        (3, ("build/tex/report.tex", 3)),
        (0, ("build/tex/report.tex", 0)),
        (9, ("build/tex/report.tex", 9)),
    ],
)
def test_a_place_in_a_rendered_file_becomes_the_author_s(line: int, expected: tuple[str, int]) -> None:
    source_map = {"build/tex/report.tex": ["report.tex.j2:12", "macros.tex.j2:3", ""]}
    moved = translate(Problem("build/tex/report.tex", line, "what", "way out"), source_map)
    assert (moved.file, moved.line) == expected
    assert (moved.what, moved.way_out) == ("what", "way out")


def test_a_place_in_a_fragment_stays() -> None:
    problem = Problem("theory/gan.tex", 3, "what")
    assert translate(problem, {"build/tex/report.tex": ["report.tex.j2:12"]}) == problem


def test_closest_name_is_added_to_undefined_references_only() -> None:
    reference, box = problems(WARNINGS)[0], problems(WARNINGS)[1]
    assert with_closest(reference, lambda name: f"closest to {name}").way_out == "closest to fig:gone"
    assert with_closest(box, lambda name: "no") == box


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (
            "LaTeX Error: Unicode character 王 (U+738B)\n               not set up for use with LaTeX.",
            "pdfLaTeX cannot print the character '王' (U+738B)",
        ),
        ('LaTeX Error: Invalid UTF-8 byte "C3.', "pdfLaTeX cannot print a character of this listing"),
    ],
)
def test_a_character_that_pdflatex_cannot_print_is_named_with_the_way_out(error: str, what: str) -> None:
    (found,) = problems(f"(./theory/a.tex\n\n./theory/a.tex:7: {error}\n")
    assert (found.file, found.line, found.what) == ("theory/a.tex", 7, what)
    assert 'engine = "lualatex" below [report] in report.toml' in found.way_out


def test_such_a_character_is_at_its_line_of_report_toml_if_the_template_only_inserts_it(tmp_path: Path) -> None:
    manifest = tmp_path / "report.toml"
    manifest.write_text('[report]\nauthor = "王小明"\n', encoding="utf-8")
    what = "pdfLaTeX cannot print the character '王' (U+738B)"
    inserted = Problem("templates/report.tex.j2", 1, what)
    moved = from_value(inserted, "\\VAR{report.author}\n", manifest)
    assert (moved.file, moved.line, moved.what) == (str(manifest), 2, what)
    for own in (from_value(inserted, "von 王\n", manifest), from_value(inserted, "", tmp_path / "none.toml")):
        assert own == inserted
