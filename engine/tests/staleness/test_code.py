"""What of a module's text counts as its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.staleness.code import code_digest

CODE = '''\
"""A module."""

LIMIT = 3
"""The most that there may be."""


class Counter:
    """Counts."""

    def add(self, number):
        """One more."""
        # a comment
        assert number > 0, "not negative"
        if number > LIMIT:
            raise ValueError(f"{number} is too large", hint="divide it") from OSError("a cause")
        return {"sum": number + 1}


def refusal(number):
    return NumberError(f"{number}: the sum is odd", f"of one {number}" if number == 2 else "in all", WayOut("add one"))
'''


@pytest.fixture
def digest(tmp_path: Path):
    """The digest of a text as a module."""

    def of(text: str) -> str:
        path = tmp_path / "module.py"
        path.write_text(text, encoding="utf-8")
        return code_digest(path)

    return of


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# a comment", "# another comment"),
        ("        # a comment\n", ""),
        ("A module", "One module"),
        ('"""A module."""\n', ""),
        ("The most that", "At most what"),
        ('"""Counts."""', '"""Counts numbers."""'),
        ('        """One more."""\n', ""),
        ("number + 1}", "(\n            number\n            + 1\n        )}"),
        ("\n\n\nclass", "\n\nclass"),
        ('{"sum"', "{'sum'"),
        ("not negative", "a positive number"),
        ("{number} is too large", "{number} is more than {LIMIT}"),
        ('f"{number} is too large"', '"it is too large"'),
        ("divide it", "take less"),
        ("a cause", "another cause"),
        ("the sum is odd", "an odd sum"),
        ("of one", "of a single number"),
        ("in all", "altogether"),
        ("add one", "take one away"),
    ],
)
def test_what_only_people_read_does_not_count(digest, old: str, new: str) -> None:
    assert CODE.count(old) == 1
    assert digest(CODE.replace(old, new)) == digest(CODE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ('"sum"', '"total"'),
        ("number + 1", "number - 1"),
        ("number > 0", "number >= 0"),
        (CODE.splitlines()[12] + "\n", ""),
        ("raise ValueError", "raise KeyError"),
        ("hint=", "way_out="),
        ("> LIMIT", "> LIMIT + 1"),
        ("def add", "def plus"),
    ],
)
def test_all_else_does(digest, old: str, new: str) -> None:
    assert CODE.count(old) == 1
    assert digest(CODE.replace(old, new)) != digest(CODE)


def test_a_number_in_an_error_counts_and_so_does_a_text_that_is_not_in_one(digest) -> None:
    assert digest("raise SystemExit(2)") != digest("raise SystemExit(3)")
    assert digest("what = 'a'\nraise OSError(what)") != digest("what = 'b'\nraise OSError(what)")


@pytest.mark.parametrize(
    ("statement", "other"),
    [
        ('raise A() if mode == "strict" else B()', 'raise A() if mode == "loose" else B()'),
        ('raise E(TABLE["a"])', 'raise E(TABLE["b"])'),
        ('raise E(read("a"))', 'raise E(read("b"))'),
        ('raise errors["a"]', 'raise errors["b"]'),
        ('raise make("a")("b")', 'raise make("c")("b")'),
        ('raise E("a" if x == "b" else "c")', 'raise E("a" if x == "d" else "c")'),
        ('SomeError("a" if x == "b" else "c")', 'SomeError("a" if x == "d" else "c")'),
        ('SomeError("a", 1)', 'SomeError("a", 2)'),
        ('Error_("a")', 'Error_("b")'),
        ('raise E(f"a").add("b") from C', 'raise E(f"a").add("b") from D'),
    ],
)
def test_a_text_that_decides_what_is_raised_counts(digest, statement: str, other: str) -> None:
    assert digest(statement) != digest(other)
