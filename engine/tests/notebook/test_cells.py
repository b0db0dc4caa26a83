"""Code as cells: imports, constants, definitions, and the prose between them."""

from __future__ import annotations

from texloom.notebook.cells import CELL_LINES, split

CODE = '''
from __future__ import annotations

import os
if os:
    import sys

SMALL = 1
"""What it is."""

OTHER = {
    "key": 2,

    "other": 3,
}

# A paragraph of the author
# between the cells.

# why this one
@decorated
def one():
    """Doc.

    More.
    """
    x = 1

    # inside
    return x


def two():
    return 2

class Long:
    a = 0
'''


def test_imports_constants_and_definitions_are_cells_and_comments_between_them_prose() -> None:
    pieces = split(CODE)
    assert [piece.kind for piece in pieces] == ["imports", "constants", "prose", "definitions"]
    assert pieces[2].source == "A paragraph of the author\nbetween the cells."
    assert pieces[3].source.startswith("# why this one\n@decorated\ndef one")


def test_a_long_definition_has_a_cell_of_its_own() -> None:
    long = "def long():\n" + "    x = 1\n" * CELL_LINES
    pieces = split(f"def a(): ...\n\n\n{long}\n\ndef b(): ...\n\n\ndef c(): ...\n")
    assert [piece.source.count("def ") for piece in pieces] == [1, 1, 2]
