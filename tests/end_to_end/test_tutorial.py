"""The README's tutorial, executed line by line; the output of each command is compared.

A `console` block contains commands after `$` and their output; a `diff` block contains an edit of the file after `---`.
In the output, a line `…` matches any lines, and `…` within a line matches any text.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Checkout, typed_by_hand

HEADING = "## Your own report in ten minutes\n"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of the README: its language, its lines, and the number of the first line."""

    language: str
    text: str
    line: int


def tutorial(readme: str) -> list[Block]:
    """The blocks below HEADING, up to the next heading."""
    before, _, rest = readme.partition(HEADING)
    section = rest.split("\n## ")[0]
    first = before.count("\n") + 2
    return [
        Block(match[1], match[2], first + section[: match.start(2)].count("\n")) for match in BLOCK.finditer(section)
    ]


def commands(text: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with its expected output."""
    found = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
    return [(command, printed) for command, printed in found]


def prints(expected: str, said: str) -> bool:
    """Whether the output is as expected; `…` matches anything."""
    pattern = re.escape(expected)
    pattern = re.sub(r"^…\\\n", r"(?:.*\\n)*?", pattern, flags=re.MULTILINE).replace("…", ".*")
    return re.fullmatch(pattern, said) is not None


def edit(folder: Path, block: Block) -> None:
    """Apply the edit of a diff block: its lines with ` ` or `-` must be in the file exactly once."""
    head, *lines = block.text.splitlines()
    path = folder / head.removeprefix("--- ")
    old, new = ("".join(f"{line[1:]}\n" for line in lines if line[:1] in kinds) for kinds in ((" ", "-"), (" ", "+")))
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"README.md:{block.line}: not once in {path}:\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(folder: Path, command: str) -> str:
    """The output of a command, including errors, as on a terminal."""
    shell = {"shell": True, "cwd": folder, "env": typed_by_hand(), "timeout": 600}
    return subprocess.run(command, **shell, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(checkout: Checkout) -> None:
    folder, blocks = checkout.folder, tutorial((checkout.folder / "README.md").read_text(encoding="utf-8"))
    assert {block.language for block in blocks} == {"console", "diff"}
    for block in blocks:
        if block.language == "diff":
            edit(folder, block)
            continue
        for command, expected in commands(block.text):
            if command.startswith("cd "):
                folder = (folder / command.removeprefix("cd ")).resolve()
                continue
            said = run(folder, command)
            assert prints(expected, said), f"README.md:{block.line}: {command}\n{said}"


def test_every_block_of_the_tutorial_is_found_with_its_line() -> None:
    other = "```console\n$ no\n```\n"
    blocks = "```console\n$ one\n1\n$ two\n```\n```diff\n--- a\n```\n"
    readme = f"# A\n{other}{HEADING}text\n{blocks}\n## B\n{other}"
    console, diff = tutorial(readme)
    assert (console.language, console.line, diff.language, diff.line) == ("console", 8, "diff", 13)
    assert readme.splitlines()[console.line - 1] == "$ one"
    assert commands(console.text) == [("one", "1\n"), ("two", "")]


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
    edit(tmp_path, Block("diff", "--- file\n two\n+and a half\n+\n-three\n", 1))
    assert file.read_text() == "one\ntwo\nand a half\n\n"
    with pytest.raises(AssertionError, match="not once"):
        edit(tmp_path, Block("diff", "--- file\n-three\n", 1))
