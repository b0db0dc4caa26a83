"""The tables of an experiment's settings in the appendix: name, value, meaning; similar groups side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from texloom.document.tex.latex import TeX, exact_number, to_tex
from texloom.document.words import say
from texloom.errors import ReportError, closest

GIVEN = TeX(r"\givenvalue{}")
"""The mark of a value that the task gives; the preamble defines it."""
SIDE_BY_SIDE = 5
"""The number of columns of values that fit beside names and meanings."""


@dataclass(frozen=True)
class SettingsTable:
    """The settings of one group, or of several groups with the same settings."""

    groups: list[tuple[str, str]]
    """Name and meaning of each group; empty for settings outside groups."""
    rows: list[tuple[str, list[TeX], str]]
    """Name, value in each group, meaning."""


def tables(config: Mapping[str, Any], meanings: Mapping[str, str], given: Collection[str] = ()) -> list[SettingsTable]:
    """The tables of a configuration.

    config: values as in run.json, groups as dictionaries. meanings: by name, "group.name" within a group. given: the
    names of settings whose values are marked. Raises ReportError if one of these does not exist.
    """
    known = [name for name, _ in _flat(config)]
    if unknown := [name for name in given if name not in known]:
        raise ReportError("", f"unknown setting '{unknown[0]}'", closest(unknown[0], known))
    single = {name: value for name, value in config.items() if not isinstance(value, Mapping)}
    groups = {name: dict(_flat(value)) for name, value in config.items() if isinstance(value, Mapping)}
    found = [SettingsTable([], _rows([("", single)], meanings, given))] if single else []
    for _, alike in groupby(groups, key=lambda name: list(groups[name])):
        names = list(alike)
        for first in range(0, len(names), SIDE_BY_SIDE):
            shown = names[first : first + SIDE_BY_SIDE]
            rows = _rows([(f"{name}.", groups[name]) for name in shown], meanings, given)
            found.append(SettingsTable([(name, meanings.get(name, "")) for name in shown], rows))
    return found


def _rows(
    groups: list[tuple[str, dict[str, Any]]], meanings: Mapping[str, str], given: Collection[str]
) -> list[tuple[str, list[TeX], str]]:
    """Name, values and meaning of each setting; groups: the prefix of the names in each, and its settings."""
    first, settings = groups[0]

    def shown(prefix: str, group: dict[str, Any], name: str) -> TeX:
        value = _value(group[name])
        return TeX(value + GIVEN) if prefix + name in given else value

    return [(name, [shown(*group, name) for group in groups], meanings.get(first + name, "")) for name in settings]


def _flat(group: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The settings of a group; those of nested groups with their dotted names."""
    for name, value in group.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _value(value: Any) -> TeX:
    """A value with all its digits."""
    if isinstance(value, bool):
        return TeX(say("yes") if value else say("no"))
    if value is None:
        return TeX(say("none"))
    if isinstance(value, list):
        return TeX(", ").join(_value(each) for each in value)
    return TeX(exact_number(value)) if isinstance(value, float) else to_tex(value)
