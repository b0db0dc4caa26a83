"""Texts that come from outside, as names of files do, and that a report is to print."""

from __future__ import annotations

from texloom.errors import ReportError

LONGEST = 60_000
"""So many bytes an archive takes for the name of what it holds."""


def check_text(what: str, text: str) -> None:
    """Raise ReportError for a text that is none; what: what it is for.

    The name of a file may be such a one: Python has a lone surrogate for each byte of it that is not UTF-8.
    """
    try:
        printable = "\0" not in text and len(text.encode()) <= LONGEST
    except UnicodeEncodeError:
        printable = False
    if not printable:
        way_out = "for the name of a file there is os.fsencode(name).decode(errors='replace')"
        raise ReportError(f"{what} {text[:40]!a}", "is no text that can be stored and printed", way_out)
