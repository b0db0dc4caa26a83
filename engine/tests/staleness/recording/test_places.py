"""Paths are recorded in one form, whatever the stage does to its own environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkContext, SpawnContext
from pathlib import Path
from types import ModuleType

import pytest

from texloom.staleness.recording.hook import recording
from texloom.staleness.recording.origins import is_below
from texloom.staleness.recording.reads import Reads, absolute, shown
from texloom.staleness.recording.recorder import Recorder

Author = Callable[[str], ModuleType]
ReadsOf = Callable[[Callable[[], object]], Reads]
Stale = Callable[[Reads], list[str]]


def reading(name: str) -> None:
    """What a child process does."""
    Path(name).read_text()


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another home, with a file; HOME is put back after the test."""
    monkeypatch.setenv("HOME", os.environ.get("HOME", "/"))
    home = tmp_path_factory.mktemp("home")
    (home / "kept.csv").write_text("1")
    return home


@pytest.mark.parametrize("child", [None, ForkContext, SpawnContext])
def test_a_stage_that_sets_another_home_stays_current(
    folder: Path,
    stale: Stale,
    elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
    child: type[ForkContext | SpawnContext] | None,
) -> None:
    with recording(Recorder()) as recorder:
        os.environ["HOME"] = str(elsewhere)
        path = Path.home() / "kept.csv"
        path.exists()
        list(path.parent.glob("*.csv"))
        if child is None:
            path.read_text()
        else:
            process = child().Process(target=reading, args=(str(path),))
            process.start()
            process.join()
            assert process.exitcode == 0
    reads = recorder.finish()
    assert (list(reads.files), next(iter(reads.folders))) == ([str(path)], str(elsewhere))
    monkeypatch.undo()
    assert stale(reads) == []
    path.write_text("2")
    assert stale(reads) == [str(path)]


def test_a_path_has_one_leading_slash(folder: Path, reads_of: ReadsOf) -> None:
    up = "/.." * len(folder.parts)
    a, b = folder / "own/a.csv", folder / "own/b.csv"

    def stage() -> None:
        Path(f"{folder}{up}{a}").read_text()
        open(f"/{b}").close()  # noqa: PTH123
        os.stat(f"/{a.parent}")  # noqa: PTH116

    found = reads_of(stage)
    assert (list(found.files), list(found.looked)) == (["own/a.csv", "own/b.csv"], ["own"])
    assert (absolute("//tmp/x"), shown("//tmp/x")) == ("/tmp/x", "/tmp/x")


def test_what_lies_below_a_folder_is_the_same_for_a_set() -> None:
    folders = ["/data/own", "/data/a.csv", "relative/one"]
    names = ["/data/own", "/data/own/deep/x", "/data/a.csv", "/data/a.csv.bak", "/data/owned", "/data", "/", "", "x"]
    names += ["relative/one/x", "relative", "relative/one"]
    found = [is_below(name, {*folders}) for name in names]
    assert found == [is_below(name, folders) for name in names]
    assert found == [True, True, True, False, False, False, False, False, False, True, False, True]
    assert all(is_below(name, {"/"}) == is_below(name, ["/"]) for name in ("/", "/x", "x"))


class Unsearched(set[str]):
    """A set that is never searched from end to end."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError


def test_a_set_of_thousands_of_files_is_not_searched() -> None:
    """Each read compares its path with those of the data that are in the key."""
    assert is_below("/data/own/x", Unsearched({"/data/own"}))
    assert not is_below("/data/other", Unsearched({"/data/own"}))
