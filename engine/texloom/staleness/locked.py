"""The packages that a requirements.lock names, each in one version with its hashes."""

from __future__ import annotations

import re
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from texloom.errors import ReportError

START = re.compile(r"^(?=[^\s#-])", re.MULTILINE)
"""The first line of an entry: no part of another, no comment, no option."""

COMMENT = re.compile(r"^ +# +(.*)$", re.MULTILINE)
"""Below an entry: who requires the package."""


class Entry(NamedTuple):
    """A package of a lock, in one of its versions."""

    requirement: Requirement
    """Name and version, and a marker where it is not for every machine."""
    text: str
    """The entry as it stands, with its hashes and without comments."""
    users: frozenset[str]
    """The packages that require it, where the lock says so."""

    @property
    def name(self) -> str:
        """The name as package indexes compare names."""
        return canonicalize_name(self.requirement.name)


def entries(lock: str) -> list[Entry]:
    """The entries of a lock, as `uv pip compile` writes it; a wheel that it names by its path is none.

    Raises ReportError for a line that is no requirement.
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
