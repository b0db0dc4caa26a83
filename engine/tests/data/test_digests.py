"""Digests of files: computed once, and again whenever a file may have changed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.data import digests as module
from texloom.data.digests import CACHE, digests

FILE = Path("big")


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are read; `FILE` was changed long ago."""
    monkeypatch.chdir(tmp_path)
    FILE.write_bytes(b"content")
    found, digest = [], module.file_digest
    monkeypatch.setattr(module, "file_digest", lambda path: found.append(path) or digest(path))
    later = time.time_ns() + 10**10
    monkeypatch.setattr(module.time, "time_ns", lambda: later)
    return found


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_file_is_read_once(read: list[Path]) -> None:
    assert [digests([FILE]) for _ in range(3)] == [{FILE: sha256(b"content")}] * 3
    assert read == [FILE]


def test_one_that_changed_just_now_is_read_each_time(read: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    now = FILE.stat().st_ctime_ns + 10**9
    monkeypatch.setattr(module.time, "time_ns", lambda: now)
    digests([FILE])
    digests([FILE])
    assert read == [FILE, FILE]


def rewrite_with_the_time_before(path: Path) -> None:
    time = path.stat().st_mtime_ns
    path.write_bytes(b"CONTENT")
    os.utime(path, ns=(time, time))


def replace_by_another(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"CONTENT")
    os.utime(other, ns=(path.stat().st_mtime_ns, path.stat().st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [rewrite_with_the_time_before, replace_by_another])
def test_equal_size_and_time_of_change_prove_nothing(change: Callable[[Path], None], read: list[Path]) -> None:
    digests([FILE])
    change(FILE)
    assert digests([FILE]) == {FILE: sha256(b"CONTENT")}


@pytest.mark.parametrize("content", ["", "[", "[]", '{"big": []}'])
def test_damaged_records_cost_a_reading(content: str, read: list[Path]) -> None:
    digests([FILE])
    CACHE.write_text(content)
    assert digests([FILE]) == {FILE: sha256(b"content")}
    assert read == [FILE, FILE]
    digests([FILE])
    assert len(read) == 2


def test_a_file_that_changes_while_it_is_read_is_not_recorded(
    read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = module.file_digest

    def change_meanwhile(path: Path) -> str:
        found = digest(path)
        path.write_bytes(b"other content")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(module, "file_digest", change_meanwhile)
        digests([FILE])
    assert digests([FILE]) == {FILE: sha256(b"other content")}
