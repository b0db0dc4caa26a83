"""The packages in a requirements.lock, each with one version and its hashes."""

from __future__ import annotations

import re
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from texloom.errors import ReportError

START = re.compile(r"^(?=[^\s#-])", re.MULTILINE)
"""The start of an entry: a line that is neither indented nor a comment or an option."""

COMMENT = re.compile(r"^ +# +(.*)$", re.MULTILINE)
"""A comment below an entry, which names the packages that require it."""


class Entry(NamedTuple):
    """A package in a lock, with its version."""

    requirement: Requirement
    """Name and version, with a marker if it is not for every machine."""
    text: str
    """The text of the entry, with its hashes and without comments."""
    users: frozenset[str]
    """The packages that require it, if the lock names them."""

    @property
    def name(self) -> str:
        """The normalized name, as package indexes compare names."""
        return canonicalize_name(self.requirement.name)


def entries(lock: str) -> list[Entry]:
    """The entries of a lock as `uv pip compile` writes it, without wheels that are named by their path.

    Raises ReportError for a line that is not a requirement.
    """
    found = []
    for block in START.split(lock)[1:]:
        first, *rest = block.splitlines(keepends=True)
        pinned = re.split(r"\s+(?:--|\\$)", first.rstrip())[0]
        if pinned.endswith(".whl"):
            continue
        hashes = [line for line in rest if line.lstrip().startswith("--hash")]
        comments = (line.removeprefix("via") for line in COMMENT.findall(block))
        users = (user.strip() for comment in comments for user in comment.split(","))
        try:
            requirement = Requirement(pinned)
        except InvalidRequirement:
            what = f"is not a list of packages: '{pinned}'"
            raise ReportError("requirements.lock", what, "restore it: git checkout requirements.lock") from None
        found.append(Entry(requirement, "".join([first, *hashes]), frozenset(filter(None, users))))
    return found
