"""Errors of the author, reported in one or two lines.

No function here returns a value that a result could depend on, so rewording an error makes no result out of date.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path


class WayOut:
    """The second line of a ReportError, which says how to fix it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


class Place:
    """The position of a key in a TOML file: file:line, or only the file if the key is not found."""

    def __init__(self, path: Path, *names: str) -> None:
        self._path, self._names = path, names

    def __str__(self) -> str:
        *table, key = self._names
        line, header = 0, []
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.is_file() else []
        for number, text in enumerate(lines, start=1):
            if found := re.match(r"\s*\[+([^\]]+)\]", text):
                header = [name.strip(" \"'") for name in found[1].split(".")]
                line = number if header == [*self._names] or (header == table and not line) else line
            elif header == table and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[.=]""", text):
                return f"{self._path}:{number}"
        return f"{self._path}:{line}" if line else str(self._path)


class ReportError(Exception):
    """An error that the author can fix: where it is, what is wrong, and how to fix it.

    Commands print it without a traceback and exit with code 2; all other exceptions keep their traceback.
    """

    def __init__(self, where: object, what: str, way_out: str | WayOut = "") -> None:
        self.where, self.what, self.way_out = str(where), what, str(way_out)
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.way_out}" if self.way_out else head


def closest(name: str, known: Iterable[str], shown: int = 6) -> WayOut:
    """The hint for an unknown name: the known names, and the closest one."""
    names = sorted(known)
    if not names:
        return WayOut("there are none")
    hint = "there are: " + ", ".join(names[:shown]) + (" …" if len(names) > shown else "")
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return WayOut(f"{hint}; closest: '{near[0]}'" if near else hint)
