"""Modules defined by cells: equal names do not collide, imports work as in files, edits count."""

from __future__ import annotations

import sys

import pytest

from texloom.notebook.runtime.modules import module_of_cells, run_in_module, statements

pytestmark = pytest.mark.usefixtures("restored_modules")


def run(name: str, source: str) -> dict:
    return run_in_module(name, source, f"<{name}>")


def test_equal_names_of_two_modules_do_not_meet() -> None:
    run("chap", "")
    run("chap.one", "METHOD = 'one'\ndef told(): return METHOD")
    run("chap.two", "METHOD = 'two'\ndef told(): return METHOD")
    assert run("chap.user", "from chap import one\nimport chap\nboth = one.told(), chap.two.told()")["both"] == (
        "one",
        "two",
    )


def test_a_cell_gives_the_names_it_binds_and_only_those() -> None:
    run("chap", "import os\nBEFORE = 1")
    given = run(
        "chap",
        "from math import pi\nB: int = BEFORE + 1\nD: int\nE = [x for x in 'ab']\ndef f(): inner = 1\nclass C: y = 1\n",
    )
    assert sorted(given) == ["B", "C", "E", "f", "pi"]
    assert given["pi"] == sys.modules["chap"].pi  # type: ignore[attr-defined]


def test_the_future_of_the_first_cell_holds_for_the_module_and_no_other() -> None:
    run("chap", "from __future__ import annotations")
    assert run("chap", "def f(x: unknown): ...")["f"].__annotations__ == {"x": "unknown"}
    with pytest.raises(NameError, match="unknown"):
        run("chap.late", "def f(x: unknown): ...")


def test_an_edited_cell_counts_in_what_runs_later() -> None:
    run("chap", "RATE = 1\ndef rate(): return RATE")
    rate = sys.modules["chap"].rate  # type: ignore[attr-defined]
    run("chap", "RATE = 2")
    assert rate() == 2


def test_a_module_whose_cells_were_not_run_is_not_taken_from_a_file() -> None:
    from texloom import errors

    run("texloom.errors", "X = 1")  # replaces the module of the file
    assert sys.modules["texloom.errors"] is not errors
    with pytest.raises(ImportError, match="ReportError"):
        run("chap", "from texloom.errors import ReportError")
    with pytest.raises(ModuleNotFoundError, match=r"texloom\.errors\.deeper"):
        run("chap", "import texloom.errors.deeper")


def test_a_module_stays_the_same_object() -> None:
    assert module_of_cells("chap") is module_of_cells("chap")


def test_dataclasses_and_errors_know_their_module() -> None:
    source = (
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Point:\n    x: 'Other'\nclass Other: ..."
    )
    assert run("chap", source)["Point"].__module__ == "chap"
    with pytest.raises(ZeroDivisionError) as raised:
        run("chap", "\n\nx = 1 / 0")
    assert raised.traceback[-1].lineno == 2  # counted from 0
    assert str(raised.traceback[-1].path) == "<chap>"


def test_statements_are_compared_without_layout_comments_and_module_docstring() -> None:
    assert statements('"""Doc."""\nx = 1  # why\n\n\ny = [1,\n 2]\n') == statements("y = [1, 2]\nx = 1")
    assert statements("def f():\n    x = 1\n    return x") != statements("def f():\n    x = 1")
    assert statements('x = 1\n"""What x is."""') != statements("x = 1")
