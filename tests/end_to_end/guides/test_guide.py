"""How guides are read and executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.guides.guide import Block, blocks, commands, edit, follow, prints


@pytest.mark.parametrize(
    ("expected", "said", "same"),
    [
        ("ready (… s)\n", "ready (12.3 s)\n", True),
        ("ready (… s)\n", "ready (12.3 s)\nand more\n", False),
        ("ready (… s)\n", "first\nready (12.3 s)\n", False),
        ("…\nready\n", "ready\n", True),
        ("…\nready\n", "one\ntwo\nready\n", True),
        ("…\nready\n", "not ready\n", False),
        ("a.b\n", "axb\n", False),
        ("", "a warning\n", False),
    ],
)
def test_what_is_printed_is_compared_to_the_letter(expected: str, said: str, same: bool) -> None:
    assert prints(expected, said) is same


def test_an_edit_needs_its_lines_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one\ntwo\nthree\n")
    edit(tmp_path, Block("diff", "--- file\n two\n+and a half\n+\n-three\n", 1), "guide.md")
    assert file.read_text() == "one\ntwo\nand a half\n\n"
    with pytest.raises(AssertionError, match=r"guide\.md:1: not once"):
        edit(tmp_path, Block("diff", "--- file\n-three\n", 1), "guide.md")


def test_blocks_have_their_lines_and_files() -> None:
    text = "Text.\n\n`a/b.csv`:\n```csv\n1,2\n```\n```console\n$ one\n1\n$ two\n```\n"
    file, console = blocks(text)
    assert file == Block("csv", "1,2\n", 5, "a/b.csv")
    assert (console.line, console.file) == (8, "")
    assert commands(console.text) == [("one", "1\n"), ("two", "")]


def test_a_guide_is_done_in_its_order(tmp_path: Path) -> None:
    text = (
        "```console\n$ mkdir inner\n$ cd inner\n```\n`a/b.txt`:\n```text\nyes\n```\n"
        "```diff\n--- a/b.txt\n-yes\n+no\n```\n```console\n$ cat a/b.txt\n{}\n```\n"
    )
    assert follow(tmp_path, blocks(text.format("no")), "guide.md") == tmp_path / "inner"
    (tmp_path / "inner" / "a" / "b.txt").unlink()
    (tmp_path / "inner" / "a").rmdir()
    (tmp_path / "inner").rmdir()
    with pytest.raises(AssertionError, match=r"guide\.md:15: cat a/b\.txt\nno\n"):
        follow(tmp_path, blocks(text.format("yes")), "guide.md")


def test_a_block_that_would_do_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"guide\.md:2: the line before names no file"):
        follow(tmp_path, blocks("```python\npass\n```\n"), "guide.md")
