"""The entries of a lock: versions, markers, hashes and users, in all forms that pip and uv write or accept."""

from __future__ import annotations

import pytest

from texloom.errors import ReportError
from texloom.staleness.locked import entries

LOCK = """\
# made by a command
--only-binary :all:
fruit==1.0 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via salad, texloom (engine/pyproject.toml)
engine/texloom-0.2.0-py3-none-any.whl \\
    --hash=sha256:ff
Nuts_And.Seeds==3.0 --hash=sha256:cc
    # via
    #   bread
    #   salad

# mine
plain==2
"""


def test_an_entry_has_its_version_marker_hashes_and_users() -> None:
    fruit, nuts, plain = entries(LOCK)
    assert (fruit.name, str(fruit.requirement)) == ("fruit", 'fruit==1.0; python_full_version < "3.12"')
    assert fruit.text == LOCK[LOCK.index("fruit") : LOCK.index("    # via salad")]
    assert fruit.users == {"salad", "texloom (engine/pyproject.toml)"}
    assert (nuts.name, nuts.users) == ("nuts-and-seeds", {"bread", "salad"})
    assert nuts.text == "Nuts_And.Seeds==3.0 --hash=sha256:cc\n"
    assert (plain.text, plain.users) == ("plain==2\n", frozenset())


def test_an_empty_lock_has_none() -> None:
    assert entries("") == entries("# nothing\n") == []


def test_an_invalid_lock_is_reported_with_the_line() -> None:
    with pytest.raises(ReportError) as caught:
        entries("plain==2\n<<<<<<< HEAD\n")
    assert str(caught.value).splitlines()[0] == "requirements.lock: is not a list of packages: '<<<<<<< HEAD'"
