"""Results that a stage reads of others, besides those that it is always made from: they are made before it.

They are known from the stage's record, and from an attempt that failed because one was missing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from texloom import manifest as manifests
from texloom.errors import ReportError
from texloom.machine.records import RECORDS
from texloom.manifest import Manifest, Profile
from texloom.results.places import THEORY
from texloom.results.sealed import read_sealed
from texloom.staleness.recording.reads import shown
from texloom.staleness.whole import where_now

NEEDS = RECORDS / "needs"
"""A line for each failed attempt of a build: its command, the command's argument, and the result that was missing."""

Results = Mapping[str, Path]
"""The record of each result of a profile, by the folder or file that holds it."""


@dataclass(frozen=True)
class Made:
    """A result: its output, its record, the commands that can make it, and what it is always made from."""

    output: Path
    record: Path
    commands: Collection[tuple[str, str]]
    inputs: Collection[Path] = ()


def others(manifest: Manifest, profile: Profile) -> Mapping[Path, Collection[Path]]:
    """The other results that each result needs, by its output; none at all if some need each other."""
    made, known, attempts = [*_made(manifest, profile)], results(manifest, profile), attempted()
    found = {
        each.output: {*_read_by(each.record, known), *_missed_by(each.commands, attempts)} - {each.output, *each.inputs}
        for each in made
    }
    try:
        TopologicalSorter({each.output: {*found[each.output], *each.inputs} for each in made}).prepare()
    except CycleError:
        return {}
    return {output: sorted(needed) for output, needed in found.items() if needed}


def results(manifest: Manifest, profile: Profile) -> Results:
    """The runs, figures and checks of a profile."""
    made = [each for each in _made(manifest, profile) if each.output == each.record]
    return {
        (each.record if each.record == profile.build.checks else each.record.parent).as_posix(): each.record
        for each in made
    }


def _made(manifest: Manifest, profile: Profile) -> Iterator[Made]:
    build = profile.build
    for name, part in manifest.limited(profile).experiments.items():
        runs = [build.run_record(name, seed) for seed in part.seeds]
        for run in runs:
            yield Made(run, run, {("train", name), ("analyse", name)})
        index, drawing = build.figure_index(name), ("figures", name)
        yield Made(index, index, {drawing}, runs)
        yield Made(build.tangled(name), build.tangled_record(name), {drawing}, runs)  # its cells draw the figures, too
    yield Made(build.checks, build.checks, {("check", "")})
    yield Made(build.figure_index(THEORY), build.figure_index(THEORY), {("theory-figures", "")})


def result_of(name: str, known: Results) -> Path | None:
    """The record of the result that a path belongs to."""
    path = Path(name)
    return next((known[each.as_posix()] for each in (path, *path.parents) if each.as_posix() in known), None)


def _read_by(record: Path, known: Results) -> Iterator[Path]:
    """The results that a finished stage has read."""
    try:
        reads = read_sealed(where_now(record)).get("reads", {})
    except (OSError, ReportError):
        return
    names = (*reads.get("files", ()), *reads.get("looked", ()))
    yield from filter(None, (result_of(name, known) for name in names))


# ---------------------------------------------------------------- attempts


def attempted() -> list[tuple[str, str, str]]:
    """The failed attempts; none if the list is missing or damaged."""
    try:
        return [tuple(json.loads(line)) for line in NEEDS.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []


def _missed_by(commands: Collection[tuple[str, str]], attempts: Iterable[tuple[str, str, str]]) -> Iterator[Path]:
    """The results that a command needed and that are still missing."""
    for verb, name, result in attempts:
        if (verb, name) in commands and not where_now(Path(result)).exists():
            yield Path(result)


def missing_result(error: FileNotFoundError | ReportError) -> Path | None:
    """The result of report.toml whose absence has caused an error."""
    name = error.where if isinstance(error, ReportError) else error.filename
    with suppress(ReportError, TypeError):
        manifest = manifests.load()
        for profile in manifest.profiles.values():
            found = result_of(shown(name), results(manifest, profile)) if name else None
            if found and not where_now(found).exists():
                return found
    return None


def remember(command: Sequence[str], result: Path) -> bool:
    """Store that a stage needs a missing result; return whether this was not known yet.

    command: the arguments of the stage.
    """
    verb, name = [*command, "", ""][:2]
    attempt = (verb, "" if name.startswith("-") else name, result.as_posix())
    if attempt in attempted():
        return False
    with suppress(OSError):
        NEEDS.parent.mkdir(exist_ok=True)
        with NEEDS.open("a", encoding="utf-8") as file:
            file.write(json.dumps(attempt) + "\n")
        return True
    return False
