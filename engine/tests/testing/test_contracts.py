"""Which functions return a value, in small modules; and that the modules that belong to no run have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.staleness.closure import source_path
from texloom.staleness.identity import RETURN_NOTHING
from texloom.testing.contracts import value_returning

KEPT = """
class View:
    def show(self) -> None: ...
    def started(self) -> Self: ...
    def other(self) -> View: ...
    def _width(self) -> int: ...
def open_view() -> View | None: ...
def stop() -> NoReturn: ...
def mistake() -> ValueError: ...
def _width() -> int: ...
"""


@pytest.fixture
def returning(tmp_path: Path):
    """The functions of a text that return a value."""

    def of(text: str) -> list[tuple[int, str, str]]:
        path = tmp_path / "module.py"
        path.write_text(text, encoding="utf-8")
        return list(value_returning(path))

    return of


def test_nothing_and_objects_of_the_module_are_no_values(returning) -> None:
    assert returning(KEPT) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def width() -> int: ...", [(1, "width", "int")]),
        ("def width(): ...", [(1, "width", "anything")]),
        ("class View:\n    def width(self) -> float: ...", [(2, "View.width", "float")]),
        ("class View:\n    @property\n    def width(self) -> float: ...", [(3, "View.width", "float")]),
        ("def text() -> str | None: ...", [(1, "text", "str | None")]),
        ("def views() -> list[View]: ...\nclass View: ...", [(1, "views", "list[View]")]),
        ("def other() -> Foreign: ...", [(1, "other", "Foreign")]),
        ("async def text() -> bytes: ...", [(1, "text", "bytes")]),
    ],
)
def test_values_are_named_with_their_line(returning, text: str, found: list[tuple[int, str, str]]) -> None:
    assert returning(text) == found


@pytest.mark.parametrize("module", RETURN_NOTHING)
def test_the_modules_that_belong_to_no_run_return_nothing(module: str) -> None:
    assert list(value_returning(source_path(module))) == []
