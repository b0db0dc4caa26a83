"""The picture of the architecture: arrows are imports, and every import between packages is an arrow."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import grimp
import pytest

from docs.tools import architecture
from tests import ROOT
from texloom.document.tex.listings import find_source
from texloom.manifest import experiment_names
from texloom.staleness.closure import import_graph


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> set[architecture.Edge]:
    """The edges of the committed picture; the current folder is the checkout."""
    monkeypatch.chdir(ROOT)
    names = [group.get("id", "") for group in ElementTree.parse(architecture.PICTURE).iter()]
    pairs = [tuple(name.split(" imports ")) for name in names if " imports " in name]
    return {(start, end) for start, end in pairs}


def test_the_picture_is_current(drawn: set[architecture.Edge]) -> None:
    """If this fails: run .venv/bin/python docs/tools/architecture.py, and look at what has changed."""
    assert drawn == architecture.project_edges()


def test_chapters_do_not_import_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture draws all chapters as one box, which would hide such imports."""
    monkeypatch.chdir(ROOT)
    graph, chapters = import_graph(), [f"experiments.{name}" for name in experiment_names()]
    for one in chapters:
        for other in set(chapters) - {one}:
            assert not graph.find_shortest_chain(one, other, as_packages=True)


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


PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"`([\w/.]+\.(?:py|j2|tex))(?:::([\w.]+))?`", PAGE)))


@pytest.mark.parametrize(("file", "name"), PLACES)
def test_what_the_page_names_is_there(file: str, name: str) -> None:
    """Files of the engine are named relative to its folder."""
    engine = ROOT / "engine" / "texloom"
    (folder,) = [folder for folder in (ROOT, engine) if (folder / file).exists()]
    if name:
        find_source(".".join((folder / file).relative_to(folder).with_suffix("").parts), name, folder)


def test_every_room_is_on_the_page() -> None:
    rooms = {path.parent.name for path in (ROOT / "engine" / "texloom").glob("*/__init__.py")}
    assert rooms <= set(re.findall(r"`(\w+)`", PAGE))
