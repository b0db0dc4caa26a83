"""SQLite databases, whose latest changes may be in a log beside them."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.results.sealed import file_digest
from texloom.staleness.recording.reads import Reads

ReadsOf = Callable[[Callable[[], object]], Reads]
Stale = Callable[[Reads], list[str]]


@pytest.fixture
def database(folder: Path) -> Path:
    """A database whose last change is in the log beside it, as is the case while a writer has it open."""
    path, kept = Path("own/found.db"), Path("own/kept.db")
    with contextlib.closing(sqlite3.connect(kept)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE found (value)")
        writer.commit()
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.execute("INSERT INTO found VALUES (1)")
        writer.commit()
        for suffix in ("", "-wal"):
            Path(f"{path}{suffix}").write_bytes(Path(f"{kept}{suffix}").read_bytes())
    kept.unlink()
    return path


def test_what_lies_in_the_log_of_a_database_belongs_to_it(database: Path, reads_of: ReadsOf, stale: Stale) -> None:
    """Reading changes the file, because closing the last connection merges the log."""

    def stage() -> None:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            assert connection.execute("SELECT * FROM found").fetchall() == [(1,)]

    before = file_digest(database)
    for _ in range(2):
        found = reads_of(stage)
        assert found.files.keys() == {"own/found.db", "own/found.db-wal"}
        assert stale(found) == []
    assert file_digest(database) != before
    assert not Path("own/found.db-wal").exists()
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO found VALUES (2)")
        connection.commit()
        assert stale(found) == ["own/found.db-wal (new)"]
    assert stale(found) == ["own/found.db"]


def test_a_database_with_a_log_that_the_stage_changes_is_its_own(database: Path, reads_of: ReadsOf) -> None:
    def stage() -> None:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.execute("INSERT INTO found VALUES (2)")
            connection.commit()

    assert reads_of(stage).to_json() == {}


def test_a_database_that_is_only_read_is_nothing_that_an_earlier_run_has_left(
    folder: Path, reads_of: ReadsOf, stale: Stale
) -> None:
    with contextlib.closing(sqlite3.connect("own/plain.db")) as writer:
        writer.execute("CREATE TABLE found (value)")
        writer.commit()

    def stage() -> None:
        with contextlib.closing(sqlite3.connect("own/plain.db")) as connection:
            connection.execute("SELECT * FROM found").fetchall()

    for _ in range(2):
        found = reads_of(stage)
        assert (list(found.files), found.unseen, stale(found)) == (["own/plain.db"], [], [])
