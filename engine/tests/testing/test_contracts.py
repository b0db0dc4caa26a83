"""The public values of a small module. Modules that belong to no identity must have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.staleness.closure import source_path
from texloom.staleness.made_from import RETURN_NOTHING
from texloom.testing.contracts import values_offered

KEPT = """
class View:
    def show(self) -> None: ...
    def started(self) -> Self: ...
    def other(self) -> View: ...
    def _width(self) -> int: ...
    def __call__(self) -> None: self._last, self._count = 1, 2
    def __str__(self) -> str: ...
class Mistake(ValueError):
    code = 2
    def __init__(self, what: str) -> None: self.what = what
def open_view() -> View | None: ...
def stop() -> NoReturn: ...
def mistake() -> ValueError: ...
def _width() -> int: ...
_POINTS = 20
Pictures: TypeAlias = Callable[[], None]
"""


@pytest.fixture
def offered(tmp_path: Path):
    """The public values of a source text."""

    def of(text: str) -> list[tuple[int, str, str]]:
        path = tmp_path / "module.py"
        path.write_text(text, encoding="utf-8")
        return values_offered(path)

    return of


def test_nothing_and_objects_of_the_module_are_no_values(offered) -> None:
    assert offered(KEPT) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def width() -> int: ...", [(1, "width", "returns int")]),
        ("def width(): ...", [(1, "width", "returns anything")]),
        ("class View:\n    def width(self) -> float: ...", [(2, "View.width", "returns float")]),
        ("class View:\n    @property\n    def width(self) -> float: ...", [(3, "View.width", "returns float")]),
        ("def text() -> str | None: ...", [(1, "text", "returns str | None")]),
        ("def views() -> list[View]: ...\nclass View: ...", [(1, "views", "returns list[View]")]),
        ("def other() -> Foreign: ...", [(1, "other", "returns Foreign")]),
        ("async def text() -> bytes: ...", [(1, "text", "returns bytes")]),
        ("class View:\n    def __call__(self) -> float: ...", [(2, "View.__call__", "returns float")]),
        ("class View:\n    def __len__(self): ...", [(2, "View.__len__", "returns anything")]),
        ("POINTS = 20", [(1, "POINTS", "is a constant")]),
        ("_A, B = 1, 2", [(1, "B", "is a constant")]),
        ("POINTS: int = 20", [(1, "POINTS", "is a constant")]),
        ("width = lambda: 3", [(1, "width", "is a constant")]),
        ("class View:\n    width = 3", [(2, "View.width", "is a constant")]),
        ("class View:\n    width: int", [(2, "View.width", "is a constant")]),
        (
            "class View:\n    def show(self) -> None:\n        if self: self.shown, self._at = 1, 2",
            [(3, "View.shown", "is an attribute")],
        ),
        (
            "class View:\n    def show(self) -> None:\n        self.shown += 1",
            [(3, "View.shown", "is an attribute")],
        ),
    ],
)
def test_values_are_named_with_their_line(offered, text: str, found: list[tuple[int, str, str]]) -> None:
    assert offered(text) == found


@pytest.mark.parametrize("module", RETURN_NOTHING)
def test_the_modules_that_belong_to_no_run_return_nothing(module: str) -> None:
    assert values_offered(source_path(module)) == []
