"""The sums of a data set: read back as written, and in the format of sha256sum."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from texloom.data.sums import FOLDER, SUMS, UNFINISHED, as_text, combined, forget, read_sums, recorded

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
"""sha256 of "hello", as `printf hello | sha256sum` prints it."""


def test_sums_are_those_of_sha256sum(tmp_path: Path) -> None:
    for name in ("a", "two words"):
        (tmp_path / name).write_text("hello")
    listed = subprocess.run(["sha256sum", "a", "two words"], cwd=tmp_path, capture_output=True, text=True, check=True)
    (tmp_path / SUMS).write_text(listed.stdout)
    assert read_sums(tmp_path) == {"a": HELLO, "two words": HELLO}
    assert as_text(read_sums(tmp_path)) == listed.stdout


def test_the_digest_of_a_folder_is_that_of_its_sorted_list(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).write_text("hello")
    listed = subprocess.run("sha256sum a b | sha256sum", shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert combined({"b": HELLO, "a": HELLO}) == listed.stdout.split()[0]


def test_a_forgotten_data_set_has_no_sums_but_its_files_are_known_as_fetched(tmp_path: Path) -> None:
    (tmp_path / SUMS).write_text(as_text({"a": HELLO}))
    forget(tmp_path)
    forget(tmp_path)
    assert read_sums(tmp_path) == read_sums(tmp_path / "nowhere") == {}
    assert recorded(tmp_path) == {"a": {HELLO}}
    assert [path.name for path in tmp_path.iterdir()] == [UNFINISHED]


def test_what_clean_needs_is_read_without_any_library() -> None:
    modules = "texloom.data.sums, texloom.data.paths, texloom.commands.clean"
    code = f"import sys; before = set(sys.modules); import {modules}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    foreign = {name.partition(".")[0] for name in done.stdout.split()} - sys.stdlib_module_names - {"texloom"}
    assert foreign == set()
    assert Path("data") == FOLDER
