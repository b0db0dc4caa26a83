"""A text file in another encoding is reported with its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from texloom import manifest
from texloom.errors import ReportError
from texloom.results.utf8 import read_utf8


def test_the_line_and_the_byte_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text("Schrödinger\r\n", encoding="utf-8")
    assert read_utf8(path) == "Schrödinger\n"
    path.write_bytes(b"one\ntwo\nSchr\xf6dinger\n")
    with pytest.raises(ReportError, match="is not UTF-8: byte 0xf6") as caught:
        read_utf8(path)
    assert caught.value.where == f"{path}:3"


def test_a_manifest_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.toml"
    path.write_bytes(b"# \xe9\n[report]\n")
    with pytest.raises(ReportError, match="is not UTF-8: byte 0xe9") as caught:
        manifest.load(path)
    assert caught.value.where == f"{path}:1"


def test_a_pipe_in_place_of_a_text_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.tex")
    with pytest.raises(ReportError, match="is not a regular file"):
        read_utf8(tmp_path / "a.tex")
