"""Checks of texts that a report prints and that come from outside, such as file names."""

from __future__ import annotations

from texloom.errors import ReportError

LONGEST = 60_000
"""Largest size of a text in bytes; a text may name a member of an archive, and archives limit such names."""


def check_text(what: str, text: str) -> None:
    """Raise ReportError for a text that cannot be stored and printed. what: its purpose, for the message.

    File names may be such texts: Python uses a lone surrogate for each byte that is not UTF-8.
    """
    try:
        printable = "\0" not in text and len(text.encode()) <= LONGEST
    except UnicodeEncodeError:
        printable = False
    if not printable:
        way_out = "for a file name use os.fsencode(name).decode(errors='replace')"
        raise ReportError(f"{what} {text[:40]!a}", "is not a text that can be stored and printed", way_out)
