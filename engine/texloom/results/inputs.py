"""Declare files that the author's code reads through other programs or C libraries: such reads are not recorded."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from texloom.errors import ReportError

READS = "texloom.reads"
"""The audit event that passes such a file to the recorder of a stage."""


def reads(*paths: str | os.PathLike[str]) -> None:
    """Declare files that this code reads through another program or a C library. A changed file rebuilds the result.

    Files that Python itself opens are recorded automatically. Raises ReportError for a file that does not exist.
    """
    for path in map(Path, paths):
        if not path.is_file():
            raise ReportError(path, "is declared as read, but there is no such file", "correct the call of reads(…)")
        sys.audit(READS, str(path))
