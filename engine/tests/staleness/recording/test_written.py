"""What a stage makes, writes or removes is its own."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from texloom.staleness.recording.reads import Reads

ReadsOf = Callable[[Callable[[], object]], Reads]
Stale = Callable[[Reads], list[str]]


def test_what_is_looked_for_and_then_made_or_removed_is_the_stage_s_own(
    folder: Path, reads_of: ReadsOf, stale: Stale
) -> None:
    Path("own/old").mkdir()

    def stage() -> None:
        if not Path("own/kept").exists():
            Path("own/kept").mkdir()
        if not Path("own/kept/x.csv").exists():
            Path("own/kept/x.csv").write_text("1")
        if Path("own/old").is_dir():
            Path("own/old").rmdir()
        if Path("own/b.csv").exists():
            Path("own/b.csv").unlink()
        with tempfile.TemporaryDirectory() as scratch:
            Path(scratch, "a.csv").write_text("1")
            Path(scratch, "a.csv").exists()

    for _ in range(2):
        found = reads_of(stage)
        assert stale(found) == []
    assert set(found.looked) == {"own/kept", "own/kept/x.csv", "own/old", "own/b.csv"}


def test_removing_a_folder_that_is_the_stage_s_own_hides_no_file_of_the_same_name(
    folder: Path, reads_of: ReadsOf
) -> None:
    """Python removes the files of a folder by their names within it."""
    Path("a.csv").write_text("1")

    def stage() -> None:
        with tempfile.TemporaryDirectory() as scratch:
            Path(scratch, "a.csv").write_text("1")
        Path("a.csv").read_text()

    assert list(reads_of(stage).files) == ["a.csv"]


def test_what_the_stage_wrote_is_no_input(folder: Path, reads_of: ReadsOf, stale: Stale) -> None:
    def stage() -> None:
        Path("own/result.csv").write_text("1")
        Path("own/result.csv").read_text()
        Path("own/kept.partial").write_text("1")
        Path("own/kept.partial").replace("own/kept.csv")
        Path("own/kept.csv").read_text()
        sorted(Path("own").glob("*.csv"))
        with tempfile.TemporaryDirectory() as scratch:
            Path(scratch, "x").write_text("1")
            Path(scratch, "x").read_text()

    found = reads_of(stage)
    assert (found.files, found.unsettled) == ({}, [])
    assert stale(found) == []


def test_a_database_that_the_stage_writes_is_its_own(folder: Path, reads_of: ReadsOf) -> None:
    def stage() -> None:
        with contextlib.closing(sqlite3.connect("own/scratch.db")) as database:
            database.execute("create table found (value)")
            database.commit()

    for _ in range(2):
        assert reads_of(stage).to_json() == {}
        Path("own/scratch.db").unlink()
