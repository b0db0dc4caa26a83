"""What a database of SQLite holds, whose last changes may lie in a log beside its file."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from texloom.results.sealed import file_digest

LOG = "-wal"
"""How the name of SQLite's log goes on after that of its database."""


def has_log(database: Path) -> bool:
    """Whether a database may keep changes in a log beside it, by the format that its first bytes name."""
    try:
        with database.open("rb") as file:
            return file.read(20)[18:] == b"\2\2"
    except OSError:
        return False


def merged_digest(database: Path) -> str | None:
    """sha256 of what a database holds when the log beside it has been merged; None where it is none."""
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
