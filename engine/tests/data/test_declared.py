"""Declared data sets: missing ones, their digests, one fetch at a time, and misspelt names."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from texloom.data import declared
from texloom.data.paths import data_path, own_paths
from texloom.data.scratch import fetching_lock
from texloom.data.sources import keep
from texloom.data.sums import SUMS, read_sums
from texloom.errors import ReportError

Declare = Callable[..., None]
DIGITS = Path("data/digits")


def ask_for(data: object) -> None:
    """Set DATA in the project's experiment."""
    Path("experiments/toy/__init__.py").write_text(f"DATA = {data!r}\n", encoding="utf-8")


@pytest.fixture
def fetched(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """The folders that the module of the data set `digits` was asked to take files from, one for each fetch."""
    asked: list[Path | None] = []

    def fetch(*, user_folder: Path | None) -> None:
        asked.append(user_folder)
        keep(DIGITS, {"images": b"new", "labels": b"new"})

    module = ModuleType("digits_of_a_test")
    module.fetch = fetch  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for name in (module.__name__, "letters"):
        Path(f"{name}.py").touch()
    monkeypatch.delenv("DIGITS_DIR", raising=False)
    declare(digits=f'module = "{module.__name__}"', rain='file = "rain.csv"', letters='module = "letters"')
    return asked


def test_data_sets_that_experiments_ask_for_and_that_are_not_there_are_missing(fetched: list) -> None:
    assert declared.missing(["toy"]) == ["digits", "letters"]
    declared.fetch("digits")
    assert declared.missing(["toy"]) == ["letters"]
    assert declared.sums("toy") == [DIGITS / SUMS, Path("data/letters") / SUMS]


def test_an_experiment_gets_the_folder_of_what_was_fetched(fetched: list) -> None:
    with pytest.raises(ReportError, match="data/digits: the data are not there\n  python -m experiments data digits"):
        data_path("digits")
    declared.fetch("digits")
    assert data_path("digits") == DIGITS


def test_a_folder_given_goes_before_that_of_the_environment(
    fetched: list[Path | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    declared.fetch("digits")
    monkeypatch.setenv("DIGITS_DIR", "/from/environment")
    declared.fetch("digits")
    declared.fetch("digits", Path("/given"))
    assert fetched == [None, Path("/from/environment"), Path("/given")]


def test_an_unknown_data_set_is_reported_with_the_closest_and_how_one_is_declared(fetched: list) -> None:
    message = (
        r"there is no data set 'digit'\n  declare it in report.toml: \[data.digit\] with file = \"…\", "
        r"folder, url or doi; "
        r"there are: digits, letters, rain; closest: 'digits'$"
    )
    ask_for(("digit",))
    for ask in (lambda: declared.fetch("digit"), lambda: data_path("digit"), lambda: declared.names("toy")):
        with pytest.raises(ReportError, match=message):
            ask()
    with pytest.raises(ReportError, match=r"experiments/toy/__init__\.py: DATA: there is no data set"):
        declared.data_digests("toy")
    assert fetched == []


def test_a_forgotten_comma_is_reported(fetched: list) -> None:
    ask_for("digits")
    with pytest.raises(ReportError, match=r'DATA is a string, not a tuple of names\n  write DATA = \("digits",\)'):
        declared.names("toy")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("NAMES = ('digits',)\nDATA = NAMES\n", ":2: DATA is computed, not written out"),
        ("def f():\n    DATA = ('digits',)\n", ": does not assign DATA"),
        ("DATA = (\n", ":1: is not Python: DATA = ("),
        *(
            (f"\nDATA = {value}\n", ":2: ")
            for value in (
                "None",
                "5",
                "...",
                "(1,)",
                "b'digits'",
                "(['digits'],)",
                "{[]: 1}",
                "{'digits': 1}",
                "-'digits'",
            )
        ),
        *(
            (
                f"DATA = ('letters',)\n{other}\n",
                ":2: sets DATA by other means than an assignment\n  write it at the top ",
            )
            for other in (
                *("DATA += ('digits',)", "DATA, A = ('digits',), 1", "if True:\n    DATA = ('digits',)", "del DATA"),
                *("(DATA := ('digits',))", "from texloom import DATA", "import a as DATA", "DATA.append('digits')"),
                *("for DATA in 'ab': pass", "DATA[0] = 'digits'", "def DATA(): pass"),
            )
        ),
    ],
)
def test_data_have_to_be_written_out(fetched: list, text: str, told: str) -> None:
    Path("experiments/toy/__init__.py").write_text(text)
    with pytest.raises(ReportError) as error:
        declared.names("toy")
    assert str(error.value).startswith(f"experiments/toy/__init__.py{told}")


def test_nothing_of_an_experiment_runs_to_know_its_data(fetched: list) -> None:
    text = "raise RuntimeError\nDATA: tuple[str, ...] = ('letters',)\nDATA = A = ('digits',)\nprint(DATA)\n"
    text += "DATA: tuple[str, ...]\nFIRST = DATA.index('digits')\n"
    text += "def other():\n    DATA = 1\n"
    Path("experiments/toy/__init__.py").write_text(text)
    assert declared.names("toy") == ("digits",)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("content", [b"NEW", b"ne", b"", None])
def test_a_fetched_file_that_was_altered_or_cut_or_removed_is_reported_and_can_be_fetched_again(
    content: bytes | None, fetched: list
) -> None:
    ask_for(("digits",))
    declared.fetch("digits")
    before = declared.data_digests("toy")
    assert before == {"digits/images": sha256(b"new"), "digits/labels": sha256(b"new")}
    (DIGITS / "images").unlink()
    if content is not None:
        (DIGITS / "images").write_bytes(content)
    found = "no file" if content is None else sha256(content)
    with pytest.raises(ReportError) as error:
        declared.data_digests("toy")
    assert str(error.value).splitlines()[0] == (
        f"data/digits/images: is not as it was fetched: expected {sha256(b'new')}, got {found}"
    )
    assert error.value.way_out.startswith("python -m experiments data digits fetches it again; move it first if you")
    declared.fetch("digits")
    assert declared.data_digests("toy") == before


def test_a_process_that_waited_for_another_fetch_uses_its_files(fetched: list) -> None:
    with ThreadPoolExecutor(1) as other:
        with fetching_lock(DIGITS.name) as waited:
            assert not waited
            waiting = other.submit(declared.fetch, "digits")
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.2)
            keep(DIGITS, {"images": b"fetched meanwhile"})
            before = read_sums(DIGITS)
        waiting.result(timeout=10)
    assert read_sums(DIGITS) == before
    assert fetched == []


def test_a_file_in_place_of_the_folder_of_all_data_is_left_and_named(fetched: list) -> None:
    Path("data").write_text("mine")
    with pytest.raises(ReportError, match=r"^data: is a file, and the folder for data that are fetched"):
        declared.fetch("digits")
    assert Path("data").read_text() == "mine"


@pytest.mark.parametrize("text", ["data = 3", "[data]\nrain = 3", "[data.rain]\nfile = 3", "[report]"])
def test_looking_up_own_data_does_not_fail_for_other_errors(text: str, project: Path) -> None:
    Path("report.toml").write_text(text)
    assert own_paths() == []


def test_a_report_that_is_not_toml_is_reported(project: Path) -> None:
    Path("report.toml").write_text("[data.rain")
    with pytest.raises(ReportError, match=r"^report\.toml: is not TOML: "):
        own_paths()
