r"""Marks around the values that a build puts into the text, so that they can be read back from the PDF.

While a document is rendered, each value is written as \spliced{n}{value}. LaTeX writes a marked-content point into the
page before and after it. Viewers do not show these points; `readback` finds them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

MARK = re.compile(r"\\spliced\{(\d+)\}")
"""The beginning of a marked value in rendered LaTeX."""

DEFINITION = r"""% marks the values that the build put in, for `make verify`; XeTeX and DVI mark nothing
\ifdefined\pdfextension \protected\def\splicemark{\pdfextension literal direct}% LuaTeX
\else\ifdefined\pdfliteral \ifnum\pdfoutput>0 \protected\def\splicemark{\pdfliteral direct}\fi\fi\fi
\ifdefined\splicemark
\protected\def\spliced#1#2{\leavevmode\splicemark{/TL <</N #1>> DP}#2\splicemark{/TL <</E #1>> DP}}
\else
\protected\def\spliced#1#2{#2}
\fi
\ifdefined\pdfstringdefDisableCommands\pdfstringdefDisableCommands{\def\spliced#1#2{#2}}\fi
"""
"""LaTeX that every document reads."""


@dataclass(frozen=True)
class Splice:
    """A value as it was put into the text."""

    value: Any
    """A quantity, a limit, a number, or the result of a check."""
    tex: str
    form: str
    """The name of the function that made `tex`."""
    options: Mapping[str, Any]


_recording: ContextVar[list[Splice] | None] = ContextVar("splices", default=None)


@contextmanager
def recorded() -> Iterator[list[Splice]]:
    """Mark and collect all values that are put into a text. The first has the number 1."""
    found: list[Splice] = []
    token = _recording.set(found)
    try:
        yield found
    finally:
        _recording.reset(token)


def spliced(function: Callable[..., str]) -> Callable[..., str]:
    """Mark the values that the decorated function formats. A value formatted as part of another gets no mark."""

    @functools.wraps(function)
    def marking(value: Any, *args: Any, **options: Any) -> str:
        found = _recording.get()
        if found is None:
            return function(value, *args, **options)
        token = _recording.set(None)
        try:
            tex = function(value, *args, **options)
        finally:
            _recording.reset(token)
        if args:  # the names of positional options
            names = list(function.__annotations__)[1:]
            options = dict(zip(names, args, strict=False)) | options
        found.append(Splice(value, str(tex), function.__name__, options))
        return rf"\spliced{{{len(found)}}}{{{tex}}}"

    return marking


def without_marks(tex: str) -> str:
    """LaTeX without the marks; their braces remain, but print nothing."""
    return MARK.sub("", tex)
