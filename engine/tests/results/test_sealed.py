"""Sealed JSON: read back as written, an error after any change."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.results.sealed import SEAL, file_digest, is_intact, read_sealed, seal_of, write_sealed

CONTENT = {
    "seed": 1,
    "value": 0.1 + 0.2,
    "name": "größer",
    "file": 'not UTF-8: \udcff\n"%\\',
    "list": [1, {"b": None, "a": float("inf")}],
}


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "made" / "run.json"
    write_sealed(path, CONTENT)
    return path


def test_what_was_written_is_read_back(sealed: Path) -> None:
    assert read_sealed(sealed) == CONTENT
    assert is_intact(sealed)
    assert [path.name for path in sealed.parent.iterdir()] == ["run.json"]


def test_tuples_and_numbers_as_keys_do_not_break_the_seal(tmp_path: Path) -> None:
    write_sealed(tmp_path / "a.json", {"pair": (1, 2), "of": {3: "three"}})
    assert read_sealed(tmp_path / "a.json") == {"pair": [1, 2], "of": {"3": "three"}}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"seed": 1', '"seed": 2'),
        lambda text: text.replace("0.30000000000000004", "0.3"),
        lambda text: text.replace('"b": null', '"b": 0'),
        lambda text: text[: len(text) // 2],
        lambda _: "",
        lambda _: "[1, 2]",
        lambda _: "null",
        lambda text: json.dumps({key: value for key, value in json.loads(text).items() if key != SEAL}),
        lambda text: text.replace('"seed": 1', '"seed": 1, "more": 2'),
    ],
)
def test_any_change_is_refused_with_the_file(sealed: Path, change) -> None:
    text = sealed.read_text(encoding="utf-8")
    assert change(text) != text
    sealed.write_text(change(text), encoding="utf-8")
    assert not is_intact(sealed)
    with pytest.raises(ReportError, match=r"run\.json: was changed after it was written\n.*run make again"):
        read_sealed(sealed)


def test_another_layout_of_the_same_content_is_no_change(sealed: Path) -> None:
    sealed.write_text(json.dumps(json.loads(sealed.read_text(encoding="utf-8")), sort_keys=True), encoding="utf-8")
    assert read_sealed(sealed) == CONTENT


def test_a_file_that_is_not_there_is_not_intact(tmp_path: Path) -> None:
    assert not is_intact(tmp_path / "gone.json")
    with pytest.raises(FileNotFoundError):
        read_sealed(tmp_path / "gone.json")


def test_a_pipe_in_place_of_a_result_is_no_result_and_is_not_waited_for(sealed: Path) -> None:
    digest = file_digest(sealed)
    sealed.unlink()
    os.mkfifo(sealed)
    assert not is_intact(sealed)
    with pytest.raises(ReportError, match="was changed after it was written"):
        read_sealed(sealed)
    assert seal_of(sealed) == ""
    assert file_digest(sealed) == "" != digest
    write_sealed(sealed, CONTENT)
    assert file_digest(sealed) == digest
