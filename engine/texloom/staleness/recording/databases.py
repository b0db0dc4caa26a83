"""The content of an SQLite database, whose latest changes may be in a log beside its file."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from texloom.results.sealed import file_digest

LOG = "-wal"
"""The suffix that SQLite appends to the name of a database for its log."""


def has_log(database: Path) -> bool:
    """Whether a database may keep changes in a log beside it, according to the format version in its header."""
    try:
        with database.open("rb") as file:
            return file.read(20)[18:] == b"\2\2"
    except OSError:
        return False


def merged_digest(database: Path) -> str | None:
    """sha256 of a database after merging the log beside it; None if it is not a database."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        try:
            shutil.copyfile(database, copy)
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{database}{LOG}", f"{copy}{LOG}")
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except (OSError, sqlite3.Error):
            return None
        return file_digest(copy)
