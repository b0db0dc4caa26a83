"""The tables of an experiment's settings in the appendix: name, value, meaning; similar groups side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from texloom.document.tex.latex import TeX, exact_number, to_tex

SIDE_BY_SIDE = 5
"""The number of columns of values that fit beside names and meanings."""


@dataclass(frozen=True)
class SettingsTable:
    """The settings of one group, or of several groups with the same settings."""

    groups: list[tuple[str, str]]
    """Name and meaning of each group; empty for settings outside groups."""
    rows: list[tuple[str, list[TeX], str]]
    """Name, value in each group, meaning."""


def tables(config: Mapping[str, Any], meanings: Mapping[str, str]) -> list[SettingsTable]:
    """The tables of a configuration.

    config: values as in run.json, groups as dictionaries. meanings: by name, "group.name" within a group.
    """
    single = {name: value for name, value in config.items() if not isinstance(value, Mapping)}
    groups = {name: dict(_flat(value)) for name, value in config.items() if isinstance(value, Mapping)}
    found = [SettingsTable([], _rows([single], meanings, ""))] if single else []
    for _, alike in groupby(groups, key=lambda name: list(groups[name])):
        names = list(alike)
        for first in range(0, len(names), SIDE_BY_SIDE):
            shown = names[first : first + SIDE_BY_SIDE]
            rows = _rows([groups[name] for name in shown], meanings, f"{shown[0]}.")
            found.append(SettingsTable([(name, meanings.get(name, "")) for name in shown], rows))
    return found


def _rows(groups: list[dict[str, Any]], meanings: Mapping[str, str], prefix: str) -> list[tuple[str, list[TeX], str]]:
    return [(name, [_value(group[name]) for group in groups], meanings.get(prefix + name, "")) for name in groups[0]]


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
        return TeX("yes" if value else "no")
    if value is None:
        return TeX("none")
    if isinstance(value, list):
        return TeX(", ").join(_value(each) for each in value)
    return TeX(exact_number(value)) if isinstance(value, float) else to_tex(value)
