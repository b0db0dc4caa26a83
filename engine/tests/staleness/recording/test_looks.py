"""Queries of paths without opening files count by what they ask for."""

from __future__ import annotations

import contextlib
import copy
import importlib
import inspect
import os
import pickle
import posix
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from texloom.data.digests import Digests
from texloom.staleness.judge import changed_reads
from texloom.staleness.made_from import MadeFrom, with_current_inputs
from texloom.staleness.recording.reads import Reads

Stage = Callable[[], object]
ReadsOf = Callable[[Stage], Reads]
Stale = Callable[[Reads], list[str]]


LOOKING: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "exists": (os.path.exists, {"kind"}),
    "lexists": (os.path.lexists, {"kind", "link"}),
    "isfile": (os.path.isfile, {"kind"}),
    "isdir": (os.path.isdir, {"kind"}),
    "islink": (os.path.islink, {"kind", "link"}),
    "access": (lambda path: os.access(path, os.R_OK), {"kind"}),
    "Path.exists": (Path.exists, {"kind"}),
    "Path.is_file": (Path.is_file, {"kind"}),
    "Path.is_dir": (Path.is_dir, {"kind"}),
    "getsize": (os.path.getsize, {"kind", "size"}),
    "stat": (lambda path: os.stat(path), {"kind", "size"}),  # noqa: PTH116
    "Path.stat": (Path.stat, {"kind", "size"}),
    "lstat": (lambda path: os.lstat(path), {"kind", "size", "link"}),
    "readlink": (lambda path: os.readlink(path), {"link"}),  # noqa: PTH115
    "whole": (lambda path: path.absolute().exists(), {"kind"}),
}


@pytest.mark.parametrize(("stage", "asked"), LOOKING.values(), ids=LOOKING)
def test_a_look_at_a_path_is_recorded_by_what_it_asks(
    folder: Path, stage: Callable[[Path], object], asked: set[str], reads_of: ReadsOf, stale: Stale
) -> None:
    """Neither content nor times count for a file that is only queried."""

    def looking(name: str) -> Stage:
        def look() -> None:
            with contextlib.suppress(OSError):
                stage(Path(name))

        return look

    found = reads_of(looking("own/a.csv"))
    assert {name: set(each) for name, each in found.looked.items()} == {"own/a.csv": asked}
    assert (found.files, found.folders, found.unsettled) == ({}, {}, [])
    Path("own/a.csv").write_text("A.CSV\n")
    assert stale(found) == []
    Path("own/a.csv").write_text("longer\n")
    assert stale(found) == (["own/a.csv"] if "size" in asked else [])
    Path("own/a.csv").unlink()
    assert stale(found) == (["own/a.csv (gone)"] if "kind" in asked else [])
    Path("own/a.csv").symlink_to("b.csv")
    assert stale(found) == (["own/a.csv"] if "link" in asked else [])
    absent = reads_of(looking("own/none"))
    assert stale(absent) == []
    Path("own/none").mkdir()
    assert stale(absent) == (["own/none (new)"] if "kind" in asked else [])


def test_a_function_that_was_taken_out_of_os_before_tells_of_its_looks(folder: Path) -> None:
    code = (
        "from os import stat\nfrom texloom.staleness.recording.hook import recording\n"
        "from texloom.staleness.recording.recorder import Recorder\n"
        "class Kept:\n    look = staticmethod(stat)\n"
        "with recording(Recorder()) as recorder:\n    stat('own/a.csv')\n    Kept.look('own/b.csv')\n"
        "assert set(recorder.finish().looked) == {'own/a.csv', 'own/b.csv'}\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_was_looked_at_can_be_accepted_as_it_is_now(
    folder: Path, monkeypatch: pytest.MonkeyPatch, reads_of: ReadsOf
) -> None:
    def stage() -> None:
        Path("own/none").exists()
        with contextlib.suppress(ImportError):
            importlib.import_module("tabulate_of_tomorrow")

    made = MadeFrom(reads=reads_of(stage).to_json())
    Path("own/none").touch()
    for module in ("judge", "made_from"):
        monkeypatch.setattr(f"texloom.staleness.{module}.distributions", lambda: {"tabulate_of_tomorrow": ["tabulate"]})
    assert list(changed_reads(made.reads, Digests())) == ["own/none (new)", "tabulate_of_tomorrow (installed)"]
    accepted = with_current_inputs(made, MadeFrom(), Digests())
    assert list(changed_reads(accepted.reads, Digests())) == []


def test_where_a_link_leads_counts_and_the_folders_of_a_path_do_not(
    folder: Path, reads_of: ReadsOf, stale: Stale
) -> None:
    Path("here").symlink_to("own")
    found = reads_of(lambda: Path("here/a.csv").resolve())
    assert found.looked == {"here": {"link": "own"}}
    Path("here").unlink()
    Path("elsewhere").mkdir()
    Path("here").symlink_to("elsewhere")
    assert stale(found) == ["here"]


@pytest.mark.parametrize("name", ["stat", "lstat", "readlink", "access", "open"])
def test_a_function_that_tells_behaves_as_the_builtin_that_it_stands_for(
    folder: Path, reads_of: ReadsOf, name: str
) -> None:
    reads_of(lambda: None)
    function, builtin = getattr(os, name), getattr(posix, name)
    assert function is not builtin
    assert (function == builtin, builtin == function, {function: 1}[builtin]) == (True, True, 1)
    for functions in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        assert (function in functions) == (builtin in functions)
    for attribute in ("__name__", "__qualname__", "__doc__", "__text_signature__", "__self__"):
        assert getattr(function, attribute) == getattr(builtin, attribute)
    assert inspect.signature(function) == inspect.signature(builtin)
    assert inspect.isbuiltin(function)
    assert pickle.loads(pickle.dumps(function)) is function
    assert copy.deepcopy(function) is function
    for wrong in ((), (1, 2, 3, 4, 5, 6)):
        with pytest.raises(TypeError) as raised:
            builtin(*wrong)
        with pytest.raises(TypeError, match=re.escape(str(raised.value))):
            function(*wrong)


def test_a_function_that_tells_becomes_no_method(folder: Path, reads_of: ReadsOf) -> None:
    """As a class attribute, a replaced function must not become a method; builtins do not do so either."""
    reads_of(lambda: None)

    class FileSystem:
        stat, open, readlink = os.stat, os.open, os.readlink

    Path("here").symlink_to("own")

    def stage() -> None:
        system: Any = FileSystem()
        system.stat("own/a.csv")
        system.stat(path="own/b.csv")
        os.close(system.open("own/README", flags=os.O_RDONLY))
        assert system.readlink("here") == "own"

    found = reads_of(stage)
    assert (set(found.looked), set(found.files)) == ({"own/a.csv", "own/b.csv", "here"}, {"own/README"})


def test_a_function_that_a_class_has_taken_out_of_os_before_tells_of_its_looks(folder: Path) -> None:
    code = (
        "import os\nclass Kept:\n    look = os.stat\n"
        "from texloom.staleness.recording.hook import recording\n"
        "from texloom.staleness.recording.recorder import Recorder\n"
        "with recording(Recorder()) as recorder:\n    Kept().look('own/b.csv')\n"
        "assert set(recorder.finish().looked) == {'own/b.csv'}\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
