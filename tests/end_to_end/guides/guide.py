"""Guides that are executed: a text's blocks of commands, edits and files, one after the other.

- A `console` block contains commands after `$` and their output, in which a line `…` stands for any lines, and `…`
  within a line for any text.
- A `diff` block contains an edit of the file after `---`: its lines with ` ` or `-` must be in the file exactly once.
- Any other block is a whole file, whose path is in the line before, as in: `data/trees.csv`:
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.conftest import typed_by_hand

BLOCK = re.compile(r"^(?:`([^`\n]+)`:\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
AUTHOR = {f"GIT_{role}_{key}": "test@localhost" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
"""With it a new report is a git repository, as on a person's machine."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its lines, the number of the first line, and its file if it is a whole one."""

    language: str
    text: str
    line: int
    file: str = ""


def blocks(text: str, first: int = 1) -> list[Block]:
    """The blocks of a text whose first line has the number `first`."""
    return [
        Block(match[2], match[3], first + text[: match.start(3)].count("\n"), match[1] or "")
        for match in BLOCK.finditer(text)
    ]


def commands(text: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with its expected output."""
    found = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
    return [(command, printed) for command, printed in found]


def prints(expected: str, said: str) -> bool:
    """Whether the output is as expected, where `…` stands for anything."""
    pattern = re.escape(expected)
    pattern = re.sub(r"^…\\\n", r"(?:.*\\n)*?", pattern, flags=re.MULTILINE).replace("…", ".*")
    return re.fullmatch(pattern, said) is not None


def edit(folder: Path, block: Block, guide: str) -> None:
    """Apply the edit of a diff block."""
    head, *lines = block.text.splitlines()
    path = folder / head.removeprefix("--- ")
    old, new = ("".join(f"{line[1:]}\n" for line in lines if line[:1] in kinds) for kinds in ((" ", "-"), (" ", "+")))
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{guide}:{block.line}: not once in {path}:\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(folder: Path, command: str) -> str:
    """The output of a command, including errors, as on a terminal."""
    shell = {"shell": True, "cwd": folder, "env": typed_by_hand() | AUTHOR, "timeout": 600}
    return subprocess.run(command, **shell, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def follow(folder: Path, found: Sequence[Block], guide: str) -> Path:
    """Do what a guide says, starting in a folder; returns the folder in which it ends."""
    for block in found:
        if block.language == "console":
            folder = _type(folder, block, guide)
        elif block.language == "diff":
            edit(folder, block, guide)
        else:
            assert block.file, f"{guide}:{block.line}: the line before names no file"
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
    return folder


def _type(folder: Path, block: Block, guide: str) -> Path:
    """Run the commands of a console block and compare their output; returns the folder in which it ends."""
    for command, expected in commands(block.text):
        if command.startswith("cd "):
            folder = (folder / command.removeprefix("cd ")).resolve()
            continue
        said = run(folder, command)
        assert prints(expected, said), f"{guide}:{block.line}: {command}\n{said}"
    return folder
