"""Data sets that a report declares: which are missing, one fetch at a time, and misspelt names."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from texloom.data import declared
from texloom.data.sums import read_sums, write_sums
from texloom.errors import ReportError

DIGITS = Path("data/digits")


@pytest.fixture
def fetched(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """The folders that the module of the data set `digits` was asked to take files from, one for each fetch."""
    asked: list[Path | None] = []

    def fetch(*, user_folder: Path | None) -> None:
        asked.append(user_folder)
        DIGITS.mkdir(parents=True, exist_ok=True)
        write_sums(DIGITS, {"images": b"new"})

    module = ModuleType("digits_of_a_test")
    module.fetch = fetch  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.delenv("DIGITS_DIR", raising=False)
    with Path("report.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[data]\ndigits = "{module.__name__}"\n')
    return asked


def test_data_sets_that_experiments_ask_for_and_that_are_not_there_are_missing(
    fetched: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = ModuleType("experiments.toy")
    experiment.DATA = ("digits", "letters")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, experiment.__name__, experiment)
    assert declared.missing() == ["digits", "letters"]
    declared.fetch("digits")
    assert declared.missing() == ["letters"]


def test_a_folder_given_goes_before_that_of_the_environment(
    fetched: list[Path | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    declared.fetch("digits")
    monkeypatch.setenv("DIGITS_DIR", "/from/environment")
    declared.fetch("digits")
    declared.fetch("digits", Path("/given"))
    assert fetched == [None, Path("/from/environment"), Path("/given")]


def test_an_unknown_data_set_is_told_with_the_closest(fetched: list) -> None:
    with pytest.raises(ReportError, match=r"unknown data set 'digit'\n.*digits"):
        declared.fetch("digit")
    assert fetched == []


def test_who_has_waited_for_another_fetch_takes_what_it_has_fetched(fetched: list) -> None:
    with ThreadPoolExecutor(1) as other:
        with declared._fetching_lock(DIGITS) as waited:
            assert not waited
            waiting = other.submit(declared.fetch, "digits")
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.2)
            DIGITS.mkdir(parents=True)
            write_sums(DIGITS, {"images": b"fetched meanwhile"})
            before = read_sums(DIGITS)
        waiting.result(timeout=10)
    assert read_sums(DIGITS) == before
    assert fetched == []
