"""The packages of a report: the entries of its lock, copied from the engine's, and the extras in its pyproject.

The engine's lock (`requirements.lock` beside this module) lists every package of the engine and its extras with hashes,
and for each the packages that require it (`# via …`). So the packages of a report are determined without a network and
without installing them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from operator import itemgetter
from pathlib import Path

import tomlkit
from packaging.requirements import Requirement

from texloom.errors import ReportError
from texloom.scaffold import distribution
from texloom.staleness.locked import Entry, entries

ENGINE_LOCK = Path(__file__).with_name("requirements.lock")


def needed(names: Collection[str]) -> list[Entry]:
    """The entries of the engine's lock for some packages and all their requirements, in order."""
    engine = entries(ENGINE_LOCK.read_text(encoding="utf-8"))
    reached, before = set(names), -1
    while len(reached) > before:
        before = len(reached)
        reached |= {entry.name for entry in engine if entry.users & reached}
    return [entry for entry in engine if entry.name in reached]


def lock(wheel: Path, extras: Iterable[str]) -> str:
    """The lock of a new report: the engine's wheel and its requirements, as `uv pip compile` would write it.

    uv and pip find the wheel in engine/ below the folder in which they are called.
    """
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    texts = [(entry.name, entry.text) for entry in needed(distribution.required(*extras))]
    texts.append((distribution.NAME, f"engine/{wheel.name} \\\n    --hash=sha256:{digest}\n"))
    return "".join(text for _, text in sorted(texts, key=itemgetter(0)))


def with_packages(lock: str, names: Collection[str]) -> str:
    """A lock with the entries of some packages and their requirements added; existing entries are not changed."""
    present = {entry.name for entry in entries(lock)}
    missing = "".join(entry.text for entry in needed(names) if entry.name not in present)
    return lock.rstrip("\n") + "\n" + missing if missing else lock


def with_extra(pyproject: str, extra: str) -> str:
    """The text of a pyproject with an extra added to the engine's requirement; nothing else is changed.

    Raises ReportError if the project does not require the engine.
    """
    document = tomlkit.parse(pyproject)
    dependencies = document.get("project", {}).get("dependencies", [])
    for place, text in enumerate(dependencies):
        requirement = Requirement(text)
        if requirement.name == distribution.NAME:
            if extra not in requirement.extras:
                requirement.extras.add(extra)
                dependencies[place] = str(requirement)
            return document.as_string()
    way_out = f'add "{distribution.NAME}[{extra}]" to [project] dependencies'
    raise ReportError("pyproject.toml", f"the project does not require {distribution.NAME}", way_out)
