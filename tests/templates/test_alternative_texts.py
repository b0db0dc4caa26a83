"""Every figure of the report has an alternative text, for readers who do not see it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from jinja2 import nodes

from tests import ROOT
from texloom.document.templating import make_environment
from texloom.results.utf8 import read_utf8

SECTIONS = sorted(ROOT.glob("templates/sections/*.j2"))
SOURCES = [*SECTIONS, *sorted(ROOT.glob("theory/*.tex"))]
PICTURE = re.compile(r"\\includegraphics\b|\\begin\{tikzpicture\}")
DESCRIBED = re.compile(r"\\described\{([^{}\\$]+)\}\{\s*\Z")
r"""The source before a picture: \described with a plain text."""


def figures() -> Iterator[tuple[str, str, object]]:
    """Each call of figure() in the sections: the section, the figure's name, its alternative text."""
    environment = make_environment(ROOT / "templates")
    for path in SECTIONS:
        for call in environment.parse(read_utf8(path)).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "figure":
                given = {each.key: each.value.as_const() for each in call.kwargs}
                yield path.name.partition(".")[0], call.args[0].as_const(), given.get("alt", "")


def pictures() -> Iterator[tuple[str, str]]:
    """Each picture that is drawn or included without figure(): its place, and the text before it in the source."""
    for path in SOURCES:
        source = read_utf8(path)
        for picture in PICTURE.finditer(source):
            line = source.count("\n", 0, picture.start()) + 1
            yield f"{path.relative_to(ROOT).as_posix()}:{line}", source[: picture.start()]


@pytest.mark.parametrize(
    ("section", "name", "text"), [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in figures()]
)
def test_each_figure_of_a_section_has_one(section: str, name: str, text: object) -> None:
    assert isinstance(text, str)
    assert text.strip(), f"{section}: figure '{name}' has no alt"
    assert not set(text) & set("\\${}~"), f"{section}: LaTeX in the alt of figure '{name}', which is plain text"


@pytest.mark.parametrize(("place", "before"), [pytest.param(*each, id=each[0]) for each in pictures()])
def test_each_diagram_and_each_picture_of_the_theory_has_one(place: str, before: str) -> None:
    assert DESCRIBED.search(before), rf"{place}: the picture does not stand in \described{{text}}{{…}}"


def test_no_two_figures_share_one() -> None:
    texts = [text for _, _, text in figures() if text]
    texts += [found[1] for _, before in pictures() if (found := DESCRIBED.search(before))]
    assert len(texts) > 40
    assert len(set(texts)) == len(texts)
