"""The picture of the house: every arrow in it is an import, and every import between rooms is an arrow."""

from __future__ import annotations

from xml.etree import ElementTree

import grimp
import pytest

from docs.tools import architecture
from tests import ROOT


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> set[architecture.Edge]:
    """The edges of the picture in the repository; the current folder is the checkout."""
    monkeypatch.chdir(ROOT)
    names = [group.get("id", "") for group in ElementTree.parse(architecture.PICTURE).iter()]
    pairs = [tuple(name.split(" imports ")) for name in names if " imports " in name]
    return {(start, end) for start, end in pairs}


def test_the_picture_is_current(drawn: set[architecture.Edge]) -> None:
    """Else: .venv/bin/python docs/tools/architecture.py, and a look at what has changed."""
    assert drawn == architecture.project_edges()


def test_every_room_has_a_place(drawn: set[architecture.Edge]) -> None:
    assert {name for edge in drawn for name in edge} <= set(architecture.places())


def test_rooms_of_modules_and_edges_between_them() -> None:
    graph = grimp.ImportGraph()
    imports = [
        ("experiments.one.train", "texloom.training.loop"),
        ("experiments.one.train", "experiments.one.model"),
        ("experiments.two.figures", "texloom.training"),
        ("experiments.shared.data", "texloom.errors"),
        ("experiments.__main__", "texloom.commands.stages"),
        ("theory.answer.step", "theory.errors"),
        ("theory.answer.step", "texloom.document.checks"),
        ("texloom.training.loop", "texloom"),
    ]
    for module in {name for pair in imports for name in pair}:
        graph.add_module(module)
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    assert architecture.edges(graph, ["one", "two"]) == {
        ("chapters", "training"),
        ("experiments/__main__", "commands"),
        ("theory", "document"),
    }


def test_an_edge_is_implied_where_there_is_a_way_through_others() -> None:
    edges = {("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("b", "d"), ("a", "e")}
    assert architecture.implied(edges) == {("a", "d"), ("b", "d")}
