"""Modules as chapters: their contents and their order."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.notebook.chapters import Module, chapter_order
from texloom.staleness import closure

Order = Callable[[dict[str, str]], list[str]]


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    """Write a package, whose name replaces PKG in the texts, and return the order of its chapters."""
    package = f"pkg_{uuid.uuid4().hex}"
    monkeypatch.syspath_prepend(tmp_path)

    def make(files: dict[str, str]) -> list[str]:
        (tmp_path / package).mkdir()
        for name, text in {"__init__": "", **files}.items():
            (tmp_path / package / f"{name}.py").write_text(text.replace("PKG", package))
        chapters = chapter_order(package, closure.import_graph((package,)))
        return [name.removeprefix(f"{package}.") for name in chapters]

    return make


def test_a_module_comes_after_what_it_imports(order: Order) -> None:
    files = {"a": "from PKG import z", "m": "", "z": "def late():\n    from PKG.m import x"}
    assert order(files) == ["m", "z", "a"]


def test_where_imports_leave_it_open_evaluation_and_training_come_late_and_figures_last(order: Order) -> None:
    files = {
        "evaluation": "",
        "figures": "",
        "model": "from PKG import noise",
        "noise": "",
        "train": "import PKG.model",
    }
    assert order(files) == ["noise", "model", "evaluation", "train", "figures"]


def test_modules_that_import_each_other_in_a_circle_are_refused_with_the_circle(order: Order) -> None:
    files = {"a": "import PKG.b", "b": "import PKG.c", "c": "import PKG.a"}
    with pytest.raises(
        ReportError, match=r"cannot be ordered: (a imports b imports c imports a|b .* b|c .* c)\n  move what"
    ):
        order(files)


def test_prose_is_the_docstring_and_code_the_rest() -> None:
    for source in ('"""Doc.\n\n    More.\n"""\nX = 1', 'r"""Doc.\n\nMore."""\n\nX = 1\n'):
        module = Module("pkg.a_module", Path("pkg/a_module.py"), source)
        assert (module.prose, module.code.strip(), module.title) == ("Doc.\n\nMore.", "X = 1", "A module")
    assert Module("pkg.m", Path("pkg/m.py"), "X = 1").code == "X = 1"
