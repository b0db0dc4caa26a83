"""Decide whether a result is up to date; if not, report which inputs changed, with old and new value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from texloom.data.digests import Digests
from texloom.errors import ReportError
from texloom.manifest import as_compared, exempt_names
from texloom.results.sealed import read_sealed
from texloom.staleness.closure import distributions, module_of, source_path
from texloom.staleness.code import Counted, code_digest
from texloom.staleness.environment import counted, of_stages, of_typesetting
from texloom.staleness.jobs import DURING_STAGE, GONE, IMPORTED, INSTALLED, NEW, NOT_IMPORTED
from texloom.staleness.keys import MADE_BY
from texloom.staleness.made_from import MadeFrom, module_as_now, version
from texloom.staleness.recording.reads import changed_path_states, listing, recorded_path
from texloom.staleness.recording.recorder import unrecorded
from texloom.staleness.whole import damage

NOT_MADE = "not made yet"
NOT_FINISHED = "not finished"
INPUTS_UNKNOWN = "made by an earlier engine, which did not record its inputs"


def judge(
    record: Mapping[str, Any], now: MadeFrom, digests: Digests | None = None, *, products: bool = True
) -> list[str]:
    """The inputs of a result that changed since it was made, in words; empty if it is up to date.

    now: its current key. products: whether to compare the results that it is made from, too.
    """
    made = MadeFrom.of_record(record)
    if made is None:
        return [INPUTS_UNKNOWN]
    libraries = {**made.versions, **made.loaded}
    with unrecorded():
        exempt = exempt_names()
        versions = [_without(exempt, each) for each in (libraries, _installed(libraries) | dict(now.versions))]
        variables = [_counted(exempt, each, libraries | dict(now.versions)) for each in (made, now)]
        found = [
            *_changed_code(made.code, now.code),
            *(f"data {name}" for name in (_changed_files(made.data or {}, now.data) if now.data is not None else ())),
            *_values(made.parameters, now.parameters),
            *(_changed_files(made.products, now.products) if products else ()),
            *_values(*versions),
            *_values(*variables),
            *changed_reads(made.reads, digests or Digests()),
        ]
    duplicates = {f"{each}{DURING_STAGE}" for each in found}
    return [each for each in dict.fromkeys(found) if each not in duplicates]


def judge_stored(path: Path, now: MadeFrom, digests: Digests | None = None, *, products: bool = True) -> list[str]:
    """Like `judge`, for an existing sealed record; damage to the record or to the files beside it is reported, too."""
    digests = digests or Digests()
    return damage(path, digests) or judge(read_sealed(path), now, digests, products=products)


def made_by_hand(record: Mapping[str, Any]) -> str:
    """The command-line options of a run that was made by hand with options that no build uses; else empty."""
    made = MadeFrom.of_record(record)
    return " ".join(each for each in (made.parameters["options"] if made else ()) if each != "--smoke")


def refuse_made_by_hand(path: Path, record: Mapping[str, Any]) -> None:
    """Raise ReportError for a run that was made by hand with options that no build uses; path: its record."""
    if options := made_by_hand(record):
        raise ReportError(
            path.parent,
            f"was made by hand with {options}, which this report does not use",
            f"rm -r {path.parent}, and the next build makes it again; use --build to put your own runs elsewhere",
        )


def changed_reads(reads: Mapping[str, Any], digests: Digests) -> Iterator[str]:
    """The recorded reads of a stage that have changed."""
    for name, before in reads.get("files", {}).items():
        if (now := digests.of(recorded_path(name))) != before:
            yield f"{name}{NEW if before is None else GONE if now is None else ''}"
    yield from changed_path_states(reads.get("looked", {}))
    if reads.get("missing"):
        yield from (f"{name}{INSTALLED}" for name in reads["missing"] if name in distributions())
    for name, before in reads.get("modules", {}).items():
        if module_as_now(recorded_path(name), before) != before:
            yield f"{name}{'' if recorded_path(name).exists() else GONE}"
    for name, listings in reads.get("folders", {}).items():
        yield from _changed_names(name, listings)
    yield from (f"{name}{DURING_STAGE}" for name in reads.get("unsettled", ()))


def still_hold(path: Path) -> bool:
    """Whether everything that a killed stage had read is unchanged; False if it stored no record of its reads."""
    with unrecorded():
        try:
            kept = read_sealed(path)
        except (FileNotFoundError, ReportError):
            return False
        return not any(changed_reads(kept, Digests()))


def _changed_names(folder: str, listings: list[dict[str, Any]]) -> Iterator[str]:
    prefix = "" if folder == "." else f"{folder}/"
    for before in listings:
        now = listing(recorded_path(folder), before["pattern"])
        old, new = set(before["names"] or ()), set(now["names"] if now else ())
        yield from (f"{prefix}{name}{NEW}" for name in sorted(new - old))
        yield from (f"{prefix}{name}{GONE}" for name in sorted(old - new))
        if old == new and (before["names"] is None) != (now is None):
            yield f"{folder}/"


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The names of entries that are new, gone or different."""
    return [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]


def _changed_files(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The names of files that are new, gone or different, by their digests; "" stands for a missing file."""
    states = {name: GONE if not now.get(name) else "" if before.get(name) else NEW for name in _changes(before, now)}
    return [f"{name}{state}" for name, state in states.items()]


def _changed_code(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The names of modules that are newly imported, no longer imported, gone, or different in the parts that count.

    If other parts of all modules count now, for instance because some code now reads docstrings, only modules that
    differ in other ways are reported.
    """
    both = [name for name in _changes(before, now) if name in before and name in now]
    if len(both) > 1:
        both = min([both, *(_differing(before, now, which) for which in get_args(Counted))], key=len)
    moved = [
        name if name in both else f"{name}{IMPORTED if name in now else NOT_IMPORTED if _there(name) else GONE}"
        for name in _changes(before, now)
        if name in both or name not in before or name not in now
    ]
    return moved or (["which parts of the code are compared, for instance docstrings"] if before != now else [])


def _differing(before: Mapping[str, str], now: Mapping[str, str], which: Counted) -> list[str]:
    """The modules whose digests would differ from before if `which` parts of them counted now."""
    return [name for name in sorted(before.keys() & now.keys()) if before[name] not in _digests(name, which)]


def _digests(name: str, which: Counted) -> set[str]:
    """The digests that a module can have in a key if `which` parts of it count; empty for other files."""
    if not name.endswith(".py"):  # requirements.lock, which is in the keys of notebooks
        return set()
    module = module_of(name)
    try:
        return {code_digest(source_path(module), only, which) for only in ((), *MADE_BY.get(module, ()))}
    except (SyntaxError, OSError):
        return set()


def _there(name: str) -> bool:
    return name.endswith(".py") and source_path(module_of(name)).exists()


def _values(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The changed entries, each with its old and new value."""
    for name in _changes(before, now):
        old, new = (_shown(values.get(name)) for values in (before, now))
        yield name if max(len(old), len(new)) > LONGEST else f"{name} {old} → {new}"


LONGEST = 80
"""Values with more characters are not shown."""


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in (None, "") else str(value)


def _without(exempt: Collection[str], values: Mapping[str, str]) -> dict[str, str]:
    """Versions or variables without those that report.toml exempts."""
    return {name: value for name, value in values.items() if as_compared(name) not in exempt}


def _counted(exempt: Collection[str], of: MadeFrom, libraries: Collection[str]) -> dict[str, str]:
    """The variables that a result depends on."""
    return _without(exempt, counted(of.environment, libraries))


def depends_on(record: Mapping[str, Any]) -> set[str]:
    """The names of libraries and variables that a result depends on and that an exemption can name."""
    made = MadeFrom.of_record(record) or MadeFrom()
    libraries = {**made.versions, **made.loaded}
    return {*libraries, *counted({**made.environment, **of_stages(), **of_typesetting()}, libraries)}


def _installed(versions: Mapping[str, str]) -> dict[str, str]:
    """The installed versions of libraries; without those that are no longer installed."""
    return {name: found for name in versions if name != "python" and (found := version(name))}
