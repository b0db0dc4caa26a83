"""The sums of a data set: what is written is read back, and what sha256sum itself would write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from texloom.data.sums import FOLDER, SUMS, forget, read_sums, write_sums

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
"""sha256 of "hello", as `printf hello | sha256sum` says."""


def test_sums_are_those_of_the_contents_by_name(tmp_path: Path) -> None:
    write_sums(tmp_path, {"a": b"hello", "two words": b"hello"})
    assert (tmp_path / SUMS).read_text() == f"{HELLO}  a\n{HELLO}  two words\n"
    assert read_sums(tmp_path) == {"a": HELLO, "two words": HELLO}


def test_a_data_set_that_is_forgotten_or_was_never_there_has_none(tmp_path: Path) -> None:
    write_sums(tmp_path, {"a": b"hello"})
    forget(tmp_path)
    forget(tmp_path)
    assert read_sums(tmp_path) == read_sums(tmp_path / "nowhere") == {}


def test_they_are_read_without_any_library() -> None:
    code = "import sys; before = set(sys.modules); import texloom.data.sums; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    foreign = {name.partition(".")[0] for name in done.stdout.split()} - sys.stdlib_module_names - {"texloom"}
    assert foreign == set()
    assert Path("data") == FOLDER
