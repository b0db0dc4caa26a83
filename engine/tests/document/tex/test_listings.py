"""Listings: taken by name from the source, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.document.tex.listings import find_source, listing
from texloom.errors import ReportError

MODULE = '''\
"""A module."""

import functools


@functools.cache
@staticmethod
def decorated(x):
    """Doc."""
    return x


class Config:
    size = 3

    @classmethod
    def smoke(cls):

        return cls()

    class Inner:
        async def wait(self): ...


def last(): return 1
'''


@pytest.fixture(autouse=True)
def in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "model_one.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "lib" / "__init__.py").write_text("raise RuntimeError('nothing is imported')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "first", "source"),
    [
        ("decorated", 6, '@functools.cache\n@staticmethod\ndef decorated(x):\n    """Doc."""\n    return x'),
        ("Config.smoke", 16, "@classmethod\ndef smoke(cls):\n\n    return cls()"),
        ("Config.Inner.wait", 22, "async def wait(self): ..."),
        ("last", 25, "def last(): return 1"),
    ],
)
def test_source_with_decorators_dedented_and_its_first_line(name: str, first: int, source: str) -> None:
    assert find_source("lib.model_one", name) == (source, Path("lib/model_one.py"), first)


@pytest.mark.parametrize(
    ("module", "name", "what", "hint"),
    [
        ("lib.model_one", "decorate", "lib/model_one.py does not define 'decorate'", "closest: 'decorated'"),
        ("lib.model_one", "Config.smok", "does not define 'smok'", "closest: 'smoke'"),
        ("lib.model_one", "smoke", "does not define 'smoke'", "there are: Config, decorated, last"),
        ("lib.model_two", "last", "there is no module lib/model_two.py", "closest: 'model_one'"),
    ],
)
def test_unknown_name_or_module_tells_the_closest(module: str, name: str, what: str, hint: str) -> None:
    with pytest.raises(ReportError) as error:
        find_source(module, name)
    assert what in error.value.what
    assert hint in error.value.way_out


def test_a_listing_names_file_and_line_and_numbers_its_lines_accordingly() -> None:
    assert listing("lib.model_one", "last", "The end", "lst:last") == (
        r"\begin{lstlisting}[caption={The end (\texttt{lib/\allowbreak{}model\_one.py}, line~25)}, "
        r"label={lst:last}, firstnumber=25]"
        "\ndef last(): return 1\n"
        r"\end{lstlisting}"
    )
