"""Add a part to the author's report.toml without changing anything else."""

from __future__ import annotations

from typing import Any

import tomlkit
from tomlkit.items import AoT, Comment, Item, Table, Whitespace


def with_part(manifest: str, part: str) -> str:
    """The text of a manifest with a part added at the end of its last section.

    part: the keys of the part, as TOML.
    """
    document: Any = tomlkit.parse(manifest.rstrip("\n") + "\n")
    parts, added = document["sections"][-1]["parts"], tomlkit.parse(part)
    if isinstance(parts, AoT):
        _append_table(parts, added)
    else:  # an array of inline tables
        inline = tomlkit.inline_table()
        inline.update(added)
        parts.append(inline)
    return document.as_string()


def _append_table(parts: AoT, added: tomlkit.TOMLDocument) -> None:
    """Append a [[sections.parts]]; comments before the next header, which belong to it, stay before that header."""
    last: Any = parts[-1]
    following = _detach_tail(last)
    last.add(tomlkit.nl())
    table: Any = tomlkit.table()
    for key, item in added.body:
        table.add(item) if key is None else table.add(key, item)
    for item in following:
        table.add(item)
    parts.append(table)


def _detach_tail(table: Table) -> list[Any]:
    """Remove the comments and empty lines at the end of a table and return them."""
    body: list[tuple[Any, Item]] = table.value.body
    tail: list[Any] = []
    while body and isinstance(body[-1][1], Comment | Whitespace):
        tail.insert(0, body.pop()[1])
    return tail
