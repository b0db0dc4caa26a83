"""The README's tutorial, executed line by line; the output of each command is compared."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Checkout
from tests.end_to_end.guides.guide import Block, blocks, commands, follow

HEADING = "## Your own report in ten minutes\n"


def tutorial(readme: str) -> list[Block]:
    """The blocks below HEADING, up to the next heading."""
    before, _, rest = readme.partition(HEADING)
    return blocks(rest.split("\n## ")[0], before.count("\n") + 2)


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(checkout: Checkout) -> None:
    found = tutorial((checkout.folder / "README.md").read_text(encoding="utf-8"))
    assert {block.language for block in found} == {"console", "diff"}
    follow(checkout.folder, found, "README.md")


def test_every_block_of_the_tutorial_is_found_with_its_line() -> None:
    other = "```console\n$ no\n```\n"
    steps = "```console\n$ one\n1\n$ two\n```\n```diff\n--- a\n```\n"
    readme = f"# A\n{other}{HEADING}text\n{steps}\n## B\n{other}"
    console, diff = tutorial(readme)
    assert (console.language, console.line, diff.language, diff.line) == ("console", 8, "diff", 13)
    assert readme.splitlines()[console.line - 1] == "$ one"
    assert commands(console.text) == [("one", "1\n"), ("two", "")]
