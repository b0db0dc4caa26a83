"""The map from rendered lines to template lines: a property over templates of every construct."""

from __future__ import annotations

import re
from typing import Any

import jinja2
from hypothesis import given
from hypothesis import strategies as st

from texloom.document import templating
from texloom.document.tex.latex import TeX

MACROS = "\\BLOCK{macro two(x)}\nmacroA \\VAR{x}\nmacroB\n\\BLOCK{endmacro}\n"
HEAD = '\\BLOCK{import "macros.tex.j2" as macros}\n'
TOKEN = re.compile(r"\s*(text(\d+)x)")

Lines = list[str]


def leaf() -> st.SearchStrategy[Lines]:
    """Template lines without nesting; TEXT stands for a word that names its own line."""
    return st.sampled_from(
        [
            ["TEXT"],
            ["   TEXT % \\emph{comment}"],
            [""],
            ["TEXT \\VAR{short} tail"],
            ["\\VAR{long}"],
            ["TEXT \\VAR{long} tail"],
            ["\\VAR{empty}"],
            ["\\VAR{long}\\VAR{long}"],
            ["TEXT \\BLOCK{if yes}TEXT\\BLOCK{else}no\\BLOCK{endif} TEXT"],
            ["\\#{ one line }"],
            ["\\#{ two", "   lines }"],
            ["TEXT \\#{ two", "   lines } tail"],
            ["\\VAR{macros.two(short)}"],
            ["\\BLOCK{set a = 3}"],
            ["\\VAR{", "  short", "}"],
            ["\\VAR{function(", "  short)}"],
        ]
    )


def nested(inner: st.SearchStrategy[list[Lines]]) -> st.SearchStrategy[Lines]:
    heads = st.sampled_from(
        [
            ("\\BLOCK{if yes}", "\\BLOCK{endif}"),
            ("  \\BLOCK{if yes}", "  \\BLOCK{endif}"),
            ("\\BLOCK{if not yes}", "\\BLOCK{endif}"),
            ("\\BLOCK{for i in three}", "\\BLOCK{endfor}"),
            ("\\BLOCK{for i in three}", "\\BLOCK{endfor}\n"),
            ("\\BLOCK{call wrap()}", "\\BLOCK{endcall}"),
            ("\\BLOCK{filter keep}", "\\BLOCK{endfilter}"),
        ]
    )
    return st.builds(lambda head, body: [head[0], *(line for lines in body for line in lines), head[1]], heads, inner)


def templates() -> st.SearchStrategy[str]:
    blocks = st.recursive(leaf(), lambda inner: nested(st.lists(inner, max_size=4)), max_leaves=12)
    return st.lists(blocks, min_size=1, max_size=6).map(_number)


def _number(blocks: list[Lines]) -> str:
    lines = (HEAD + "\n".join(line for block in blocks for line in block) + "\n").split("\n")
    return "\n".join(line.replace("TEXT", f"text{number}x") for number, line in enumerate(lines, start=1))


def render(text: str, context: dict[str, Any]) -> tuple[str, list[str]]:
    environment = templating.make_environment()
    environment.loader = jinja2.DictLoader({"macros.tex.j2": MACROS, "t.tex.j2": text})
    environment.filters["keep"] = lambda value: value
    return templating.split_marks(templating.render(environment, "t.tex.j2", context))


CONTEXT = {
    "yes": True,
    "three": [1, 2, 3],
    "short": "word",
    "empty": "",
    "long": TeX("value\n\nof three lines"),
    "function": lambda text: text,
    "wrap": lambda caller: caller(),
}


@given(templates())
def test_every_plain_line_maps_to_its_own_line(text: str) -> None:
    output, places = render(text, CONTEXT)
    lines = output.split("\n")
    assert len(places) == len(lines)
    for line, place in zip(lines, places, strict=True):
        assert "\ue000" not in line
        if match := TOKEN.match(line):
            assert place == f"t.tex.j2:{match[2]}"
        if line.startswith("macroB"):
            assert place == "macros.tex.j2:3"


def test_lines_of_a_spliced_value_belong_to_the_line_that_splices_it() -> None:
    output, places = render("a\n\\VAR{long}\nb\n", CONTEXT)
    assert output == "a\nvalue\n\nof three lines\nb\n"
    assert places == [f"t.tex.j2:{number}" for number in (1, 2, 2, 2, 3, 4)]


def test_lines_of_a_loop_are_mapped_each_time() -> None:
    _, places = render("\\BLOCK{for i in three}\nx \\VAR{i}\ny\n\\BLOCK{endfor}\nz\n", CONTEXT)
    assert [place.rpartition(":")[2] for place in places] == ["2", "3", "2", "3", "2", "3", "5", "6"]


def test_a_multi_line_value_belongs_to_its_own_line_though_the_output_line_began_with_another() -> None:
    output, places = render("head \\BLOCK{if yes}\ntail \\VAR{long}\n\\BLOCK{endif}\n", CONTEXT)
    assert output.split("\n")[:3] == ["head tail value", "", "of three lines"]
    assert places[:3] == [f"t.tex.j2:{number}" for number in (1, 2, 2)]
