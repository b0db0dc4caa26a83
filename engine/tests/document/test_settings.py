"""The tables of settings in the appendix: each value once, with its meaning, similar groups side by side."""

from __future__ import annotations

import pytest
from pydantic import Field

from texloom.document.settings import GIVEN, SIDE_BY_SIDE, tables
from texloom.errors import ReportError
from texloom.training.configuration import Configuration, Settings


class Optimizer(Settings):
    rate: float = Field(default=3e-4, description="learning rate")


class Variant(Settings):
    depth: int = Field(default=2, description="layers")
    optimizer: Optimizer = Field(default=Optimizer(), description="how it is trained")


class Config(Configuration):
    hidden: tuple[int, ...] = Field(default=(640, 320), description="units of the layers")
    scaled: bool = Field(default=True, description="whether images are scaled")
    limit: float | None = Field(default=None, description="largest norm")
    plain: Variant = Field(default=Variant(), description="the usual one")
    deep: Variant = Field(default=Variant(depth=12345678), description="ours")


def test_single_settings_have_name_value_and_meaning_and_like_groups_share_a_table() -> None:
    single, groups = tables(Config().model_dump(mode="json"), Config.meanings())
    assert single.groups == []
    assert single.rows == [
        ("hidden", [r"\num{640}, \num{320}"], "units of the layers"),
        ("scaled", ["yes"], "whether images are scaled"),
        ("limit", ["none"], "largest norm"),
    ]
    assert groups.groups == [("plain", "the usual one"), ("deep", "ours")]
    assert groups.rows == [
        ("depth", [r"\num{2}", r"\num{12345678}"], "layers"),
        ("optimizer.rate", [r"\num{0.0003}", r"\num{0.0003}"], "learning rate"),
    ]


def test_many_groups_are_continued_in_another_table_and_none_is_left_out() -> None:
    config = {f"variant_{number}": {"depth": number} for number in range(SIDE_BY_SIDE + 2)}
    first, second = tables(config, {"variant_5.depth": "layers"})
    assert [name for name, _ in first.groups + second.groups] == list(config)
    assert second.rows == [("depth", [rf"\num{{{number}}}" for number in (5, 6)], "layers")]


def test_a_value_is_printed_with_all_its_digits() -> None:
    ((table,)) = tables({"rate": 0.000123456789}, {})
    assert table.rows == [("rate", [r"\num{0.000123456789}"], "")]


def test_values_that_the_task_gives_are_marked_and_an_unknown_name_is_refused() -> None:
    config = Config().model_dump(mode="json")
    single, groups = tables(config, {}, ["hidden", "deep.optimizer.rate"])
    assert [values for _, values, _ in single.rows] == [[rf"\num{{640}}, \num{{320}}{GIVEN}"], ["yes"], ["none"]]
    assert groups.rows[1][1] == [r"\num{0.0003}", rf"\num{{0.0003}}{GIVEN}"]
    with pytest.raises(ReportError, match=r"unknown setting 'deep\.dept'\n.*deep\.depth"):
        tables(config, {}, ["deep.dept"])
