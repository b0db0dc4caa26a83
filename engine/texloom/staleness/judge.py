"""The one judge of results: current, or which input has changed since it was made, from what to what."""

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
from texloom.staleness.jobs import GONE, IMPORTED, INSTALLED, MEANWHILE, NEW, NOT_IMPORTED
from texloom.staleness.keys import MADE_BY
from texloom.staleness.made_from import MadeFrom, module_as_now, version
from texloom.staleness.recording.reads import changed_looks, found_at, listing
from texloom.staleness.recording.recorder import unrecorded
from texloom.staleness.whole import damage

NOT_MADE = "not made yet"
NOT_FINISHED = "not finished"
SAYS_NOTHING = "an earlier engine made it, which did not say from what"


def judge(
    record: Mapping[str, Any], now: MadeFrom, digests: Digests | None = None, *, products: bool = True
) -> list[str]:
    """What of a result's inputs has changed since it was made, in words; empty where it is current.

    now: its key of today. products: whether the results count that it is made from.
    """
    made = MadeFrom.of_record(record)
    if made is None:
        return [SAYS_NOTHING]
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
    told_already = {f"{each}{MEANWHILE}" for each in found}
    return [each for each in dict.fromkeys(found) if each not in told_already]


def judge_stored(path: Path, now: MadeFrom, digests: Digests | None = None, *, products: bool = True) -> list[str]:
    """The same of a result by its sealed record, which is there; damage to it, or to the files beside it, counts."""
    digests = digests or Digests()
    return damage(path, digests) or judge(read_sealed(path), now, digests, products=products)


def made_by_hand(record: Mapping[str, Any]) -> str:
    """The options, as they are typed, with which a run was made by hand and that no build has; empty without any."""
    made = MadeFrom.of_record(record)
    return " ".join(each for each in (made.parameters["options"] if made else ()) if each != "--smoke")


def refuse_made_by_hand(path: Path, record: Mapping[str, Any]) -> None:
    """Raise ReportError for a run that was made by hand with such options; path: its record."""
    if options := made_by_hand(record):
        raise ReportError(
            path.parent,
            f"was made by hand with {options}, which is not what this report is made of",
            f"rm -r {path.parent}, and the next build makes it again; your own runs go elsewhere with --build",
        )


def changed_reads(reads: Mapping[str, Any], digests: Digests) -> Iterator[str]:
    """Of what a stage really read, what is no longer as it was."""
    for name, before in reads.get("files", {}).items():
        if (now := digests.of(found_at(name))) != before:
            yield f"{name}{NEW if before is None else GONE if now is None else ''}"
    yield from changed_looks(reads.get("looked", {}))
    if reads.get("missing"):
        yield from (f"{name}{INSTALLED}" for name in reads["missing"] if name in distributions())
    for name, before in reads.get("modules", {}).items():
        if module_as_now(found_at(name), before) != before:
            yield f"{name}{'' if found_at(name).exists() else GONE}"
    for name, listings in reads.get("folders", {}).items():
        yield from _changed_names(name, listings)
    yield from (f"{name}{MEANWHILE}" for name in reads.get("unsettled", ()))


def still_hold(path: Path) -> bool:
    """Whether all that a killed stage had read, as it has kept it, is there as it was; not where it kept nothing."""
    with unrecorded():
        try:
            kept = read_sealed(path)
        except (FileNotFoundError, ReportError):
            return False
        return not any(changed_reads(kept, Digests()))


def _changed_names(folder: str, listings: list[dict[str, Any]]) -> Iterator[str]:
    prefix = "" if folder == "." else f"{folder}/"
    for before in listings:
        now = listing(found_at(folder), before["pattern"])
        old, new = set(before["names"] or ()), set(now["names"] if now else ())
        yield from (f"{prefix}{name}{NEW}" for name in sorted(new - old))
        yield from (f"{prefix}{name}{GONE}" for name in sorted(old - new))
        if old == new and (before["names"] is None) != (now is None):
            yield f"{folder}/"


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The names of what is new, gone or different."""
    return [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]


def _changed_files(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The same of files by their digests, "" for one that is not there."""
    states = {name: GONE if not now.get(name) else "" if before.get(name) else NEW for name in _changes(before, now)}
    return [f"{name}{state}" for name, state in states.items()]


def _changed_code(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The same of modules: imported now, no longer imported, gone, or different in what counts of them.

    Where other parts of all modules count than then, as docstrings that something has begun to read, it is only told
    which modules differ besides.
    """
    both = [name for name in _changes(before, now) if name in before and name in now]
    if len(both) > 1:
        both = min([both, *(_differing(before, now, which) for which in get_args(Counted))], key=len)
    moved = [
        name if name in both else f"{name}{IMPORTED if name in now else NOT_IMPORTED if _there(name) else GONE}"
        for name in _changes(before, now)
        if name in both or name not in before or name not in now
    ]
    return moved or (["what counts of the code"] if before != now else [])


def _differing(before: Mapping[str, str], now: Mapping[str, str], which: Counted) -> list[str]:
    """The modules that would not have the digests of before if this of them counted now."""
    return [name for name in sorted(before.keys() & now.keys()) if before[name] not in _digests(name, which)]


def _digests(name: str, which: Counted) -> set[str]:
    """The digests that a module can have in a key, where this of it counts; none of a file that is no module."""
    if not name.endswith(".py"):  # requirements.lock, which a notebook's key holds
        return set()
    module = module_of(name)
    try:
        return {code_digest(source_path(module), only, which) for only in ((), *MADE_BY.get(module, ()))}
    except (SyntaxError, OSError):
        return set()


def _there(name: str) -> bool:
    return name.endswith(".py") and source_path(module_of(name)).exists()


def _values(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The same with both values."""
    for name in _changes(before, now):
        old, new = (_shown(values.get(name)) for values in (before, now))
        yield name if max(len(old), len(new)) > LONGEST else f"{name} {old} → {new}"


LONGEST = 80
"""Longer values are not shown."""


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in (None, "") else str(value)


def _without(exempt: Collection[str], values: Mapping[str, str]) -> dict[str, str]:
    """Versions, or variables, but for those that report.toml exempts."""
    return {name: value for name, value in values.items() if as_compared(name) not in exempt}


def _counted(exempt: Collection[str], of: MadeFrom, libraries: Collection[str]) -> dict[str, str]:
    """The variables that a result depends on."""
    return _without(exempt, counted(of.environment, libraries))


def depends_on(record: Mapping[str, Any]) -> set[str]:
    """The libraries and variables of a result, by name, that an exemption can name."""
    made = MadeFrom.of_record(record) or MadeFrom()
    libraries = {**made.versions, **made.loaded}
    return {*libraries, *counted({**made.environment, **of_stages(), **of_typesetting()}, libraries)}


def _installed(versions: Mapping[str, str]) -> dict[str, str]:
    """Today's versions of libraries; of those that are gone, none."""
    return {name: found for name in versions if name != "python" and (found := version(name))}
