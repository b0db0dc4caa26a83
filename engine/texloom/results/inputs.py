"""Files that the author's code has read by a program or a library that Python does not see."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from texloom.errors import ReportError

READS = "texloom.reads"
"""The audit event that tells a stage's recorder of such a file."""


def reads(*paths: str | os.PathLike[str]) -> None:
    """Declare files that this code has another program, or a C library, read: a change of them makes the result anew.

    What Python itself opens is noticed without it. Raises ReportError for a file that is not there.
    """
    for path in map(Path, paths):
        if not path.is_file():
            raise ReportError(path, "is declared as read, but there is no such file", "correct the call of reads(…)")
        sys.audit(READS, str(path))
