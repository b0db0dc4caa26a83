"""A new part in report.toml: at the end of the last section, with everything else unchanged."""

from __future__ import annotations

import tomllib

import pytest

from texloom.scaffold.manifest import with_part

PART = 'title = "More"\nexperiment = "more"  # why\n'
TWO = "[[sections]]\n[[sections.parts]]\na = 1\n\n[[sections]]\n  # b\n  [[sections.parts]]\n  b = 1 # b\n\n"
HEADED = f"[[sections.parts]]\n{PART}"


def test_the_part_stands_at_the_end_of_the_last_section_and_all_else_is_kept(manifest_text: str) -> None:
    head, tail = manifest_text.split("\n[profiles.report]")
    assert with_part(manifest_text, PART) == f"{head}\n{HEADED}\n[profiles.report]{tail}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[sections]]\n[[sections.parts]]\na = 1\n", "[[sections]]\n[[sections.parts]]\na = 1\n\n{part}"),
        ("[[sections]]\n[[sections.parts]]\na = 1", "[[sections]]\n[[sections.parts]]\na = 1\n\n{part}"),
        (
            "[[sections]]\n[[sections.parts]]\na = [\n  1, # 1\n]  # one\n\n# of x\n\n[x]\n# y\n",
            "[[sections]]\n[[sections.parts]]\na = [\n  1, # 1\n]  # one\n\n{part}\n# of x\n\n[x]\n# y\n",
        ),
        (f"{TWO}[x]\n", f"{TWO}{{part}}\n[x]\n"),
    ],
)
def test_comments_of_what_follows_stay_with_it(text: str, expected: str) -> None:
    longer = with_part(text, PART)
    assert longer == expected.format(part=HEADED)
    assert tomllib.loads(longer)["sections"][-1]["parts"][-1] == tomllib.loads(PART)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'sections = [{title = "One", parts = [{theory = "x"}]}]\n',
            'sections = [{title = "One", parts = [{theory = "x"}, {title = "More", experiment = "more"}]}]\n',
        ),
        (
            '[[sections]]\nparts = [\n  {theory = "x"}, # x\n]\n[x]\n',
            '[[sections]]\nparts = [\n  {theory = "x"}, # x\n  {title = "More", experiment = "more"},\n]\n[x]\n',
        ),
    ],
)
def test_sections_may_be_written_as_arrays(text: str, expected: str) -> None:
    assert with_part(text, PART) == expected
