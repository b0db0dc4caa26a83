"""Errors of the author, as printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texloom.errors import Place, ReportError, closest


def test_message_is_where_what_and_way_out() -> None:
    assert str(ReportError("a.tex:3", "is wrong", "mend it")) == "a.tex:3: is wrong\n  mend it"
    assert str(ReportError("", "is wrong")) == "is wrong"
    assert ReportError("a.tex", "is wrong", closest("b", ["bb"])).way_out == "there are: bb; closest: 'bb'"


def test_closest_names_what_there_is_and_the_nearest() -> None:
    assert str(closest("fidd", ["loss", "fid"])) == "there are: fid, loss; closest: 'fid'"


def test_closest_without_anything_near_gives_no_hint() -> None:
    assert str(closest("zzz", ["loss", "fid"])) == "there are: fid, loss"


def test_closest_of_nothing() -> None:
    assert str(closest("fid", [])) == "there are none"


def test_closest_shows_a_few_but_searches_all() -> None:
    names = [f"a{number:02}" for number in range(20)] + ["validation_loss"]
    hint = str(closest("validation_los", names))
    assert hint == "there are: a00, a01, a02, a03, a04, a05 …; closest: 'validation_loss'"


@given(st.text(max_size=8), st.lists(st.text(min_size=1, max_size=8), min_size=1))
def test_a_name_that_exists_is_its_own_closest(name: str, others: list[str]) -> None:
    if name:
        assert str(closest(name, [*others, name])).endswith(f"closest: '{name}'")


PLACES = """\
[report]
title = "A"

[data.rain]
file = "rain.csv"
licence = "CC BY 4.0"

[data."of stars"]
url = "https://example.org/stars.csv"

[data]
inline = { file = "x.csv" }
dotted.file = "y.csv"

[[sections]]
file = "no data"
"""


@pytest.mark.parametrize(
    ("names", "where"),
    [
        (("data", "rain", "licence"), ":6"),
        (("data", "rain"), ":4"),
        (("data", "rain", "sha256"), ":4"),
        (("data", "of stars", "url"), ":9"),
        (("data", "inline"), ":12"),
        (("data", "dotted"), ":13"),
        (("report", "title"), ":2"),
        (("nothing", "at all"), ""),
    ],
)
def test_a_key_is_found_in_its_own_table(names: tuple[str, ...], where: str, tmp_path: Path) -> None:
    path = tmp_path / "report.toml"
    assert str(Place(path, *names)) == str(path)
    path.write_text(PLACES, encoding="utf-8")
    assert str(Place(path, *names)) == f"{path}{where}"
