"""Files that a stage makes, writes or removes are its own."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from texloom.staleness.recording.reads import Reads

Author = Callable[[str], ModuleType]
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


def test_where_temporary_files_lie_is_no_input(
    folder: Path,
    reads_of: ReadsOf,
    author: Author,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A build has its own folder for them and removes it afterwards; a library checks that this folder exists."""
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    module = author("import os, tempfile\ndef run():\n    os.makedirs(tempfile.gettempdir(), exist_ok=True)\n")
    assert reads_of(module.run).looked == {}


def test_removing_a_folder_that_is_the_stage_s_own_hides_no_file_of_the_same_name(
    folder: Path, reads_of: ReadsOf
) -> None:
    """Python removes the files of a folder by names relative to it."""
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
        Path("own/scratch.db").unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect("own/scratch.db")) as database:
            database.execute("create table found (value)")
            database.commit()

    for _ in range(2):
        assert reads_of(stage).to_json() == {}


CACHING = {
    "exists": "if not Path(NAME).exists():\n        np.save(NAME, [1])\n    np.load(NAME)",
    "a failed open": "try:\n        np.load(NAME)\n    except FileNotFoundError:\n        np.save(NAME, [1])",
    "isfile": "if not os.path.isfile(NAME):\n        np.save(NAME, [1])\n    np.load(NAME)",
    "moved there": "if not os.access(NAME, os.R_OK):\n        np.save('x.npy', [1])\n        os.replace('x.npy', NAME)"
    "\n    np.load(NAME)",
}
RUN = """\
import os
from pathlib import Path
import numpy as np
from texloom.results.inputs import reads
NAME = 'own/cache.npy'
def run():
    """


@pytest.mark.parametrize("source", CACHING.values(), ids=CACHING)
def test_a_cache_is_named_by_the_run_that_makes_it_and_by_those_that_read_it(
    author: Author, reads_of: ReadsOf, stale: Stale, source: str
) -> None:
    run = author(f"{RUN}{source}\n").run
    first = reads_of(run)
    assert [told.partition(": ")[2] for told in first.unseen] == [
        "looks for own/cache.npy, which is missing, and then creates it"
    ]
    assert first.unseen[0].startswith("own/code.py:7: " if "if" in source else "own/code.py:8: ")
    assert (first.files, first.looked, first.unsettled, stale(first)) == ({}, {}, [], [])
    for _ in range(2):
        later = reads_of(run)
        assert [told.partition(": ")[2] for told in later.unseen] == [
            "reads own/cache.npy, which an earlier run left there"
        ]
        assert list(later.files) == ["own/cache.npy"]
        assert stale(later) == []
    Path("own/cache.npy").write_text("edited")
    assert stale(later) == ["own/cache.npy"]
    reads_of(Path("own/cache.npy").read_text)
    assert reads_of(Path("own/cache.npy").read_text).unseen == []  # now it is the author's


def test_a_cache_that_is_declared_counts_by_its_content(author: Author, reads_of: ReadsOf, stale: Stale) -> None:
    run = author(f"{RUN}{CACHING['exists']}\n    reads(NAME)\n").run
    for _ in range(2):
        found = reads_of(run)
        assert (found.unseen, list(found.files), stale(found)) == ([], ["own/cache.npy"], [])
    Path("own/cache.npy").write_text("edited")
    assert stale(found) == ["own/cache.npy"]


def test_what_is_read_and_then_changed_is_named_and_what_is_written_as_it_was_counts(
    author: Author, reads_of: ReadsOf, stale: Stale
) -> None:
    run = author(f"{RUN}path = Path('own/a.csv')\n    path.write_text(path.read_text().upper())\n").run
    found = reads_of(run)
    assert (found.files, found.unseen) == ({}, ["own/code.py:8: reads own/a.csv, and then changes or removes it"])
    for _ in range(2):
        found = reads_of(run)
        assert list(found.files) == ["own/a.csv"]
        assert stale(found) == []
    Path("own/a.csv").write_text("edited")
    assert stale(found) == ["own/a.csv"]


@pytest.mark.parametrize(
    "source",
    [
        "np.save(NAME, [1])\n    np.load(NAME)",
        "Path(NAME).unlink(missing_ok=True)\n    np.save(NAME, [1])",
        "import shutil\n    Path('own/x').write_text('1')\n    shutil.copy('own/x', NAME)",
        "from PIL import Image\n    Image.new('L', (1, 1)).save('own/a.png')",
        "with Path('own/log').open('a') as log:\n        log.write('1')",
        "import tempfile\n    f = tempfile.NamedTemporaryFile('w+')\n    f.write('1')\n    f.seek(0)\n    f.read()",
        "Path('own/new').mkdir(exist_ok=True)\n    Path('own/new/x').write_text('1')",
    ],
)
def test_what_the_stage_writes_without_having_looked_for_it_is_not_named(
    author: Author, reads_of: ReadsOf, source: str
) -> None:
    run = author(f"{RUN}{source}\n").run
    for _ in range(3):
        found = reads_of(run)
        assert (found.unseen, found.files) == ([], {})


def test_what_is_read_and_then_removed_is_named(author: Author, reads_of: ReadsOf, stale: Stale) -> None:
    run = author(f"{RUN}Path('own/a.csv').read_text()\n    Path('own/a.csv').unlink()\n").run
    found = reads_of(run)
    assert (found.files, stale(found)) == ({}, [])
    assert found.unseen == ["own/code.py:7: reads own/a.csv, and then changes or removes it"]


def test_what_is_written_through_a_link_to_a_folder_and_gets_another_name_is_the_stage_s_own(
    folder: Path, reads_of: ReadsOf, stale: Stale, tmp_path_factory: pytest.TempPathFactory
) -> None:
    Path("own/linked").symlink_to(tmp_path_factory.mktemp("elsewhere"))

    def stage() -> None:
        Path("own/linked/a.partial").write_text("1")
        Path("own/linked/a.partial").replace("own/linked/a.csv")
        Path("own/linked/a.csv").read_text()

    found = reads_of(stage)
    assert not found.files
    assert stale(found) == []


def test_a_log_that_is_put_away_unread_is_not_named_and_one_that_is_read_there_is(
    author: Author, reads_of: ReadsOf, stale: Stale
) -> None:
    log = (
        "from logging import handlers, makeLogRecord\n    log = handlers.RotatingFileHandler('own/log', 'a', 9, 3)\n"
        "    [log.emit(makeLogRecord({'msg': 'eight...'})) for _ in range(4)]\n    log.close()"
    )
    run = author(f"{RUN}{log}\n").run
    for _ in range(3):
        found = reads_of(run)
        assert (found.unseen, found.unsettled, stale(found)) == ([], [], [])
    assert Path("own/log.3").exists()
    moving = author(f"{RUN}os.rename('own/a.csv', 'own/c.csv')\n    Path('own/c.csv').read_text()\n").run
    assert reads_of(moving).unseen == ["own/code.py:7: reads own/a.csv, and then changes or removes it"]


def test_what_comes_later_into_a_listed_folder_that_the_stage_has_made_counts(
    folder: Path, reads_of: ReadsOf, stale: Stale
) -> None:
    path = Path("own/made")

    def stage() -> None:
        path.mkdir(exist_ok=True)
        sorted(path.glob("*.csv"))
        (path / "result.csv").write_text("1")
        subprocess.run(["touch", path / "by_another_program.csv"], check=True)

    for _ in range(2):
        found = reads_of(stage)
        assert (found.unsettled, stale(found)) == ([], [])
        (path / "x.csv").touch()
        assert stale(found) == ["own/made/x.csv (new)"]
        (path / "x.csv").unlink()


def test_a_folder_that_the_stage_has_made_and_removed_is_not_there(
    folder: Path, reads_of: ReadsOf, stale: Stale
) -> None:
    path = Path("own/made")

    def stage() -> None:
        path.mkdir(exist_ok=True)
        (path / "x.csv").touch()
        sorted(path.glob("*.csv"))
        shutil.rmtree(path)

    for _ in range(2):
        found = reads_of(stage)
        assert (found.files, found.looked, found.unsettled, found.unseen, stale(found)) == ({}, {}, [], [], [])
    path.mkdir()
    (path / "y.csv").touch()
    assert {*stale(found)} == {"own/made/y.csv (new)"}


def exclusively(path: Path) -> None:
    """Create a file, which must not exist yet."""
    with contextlib.suppress(FileExistsError):
        path.open("x").close()


def appending(path: Path) -> None:
    """Add a line to a file."""
    with path.open("a") as file:
        file.write("2\n")


def making_a_folder(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)


def moving_nothing(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        Path("own/nothing").replace(path)


def linking(path: Path) -> None:
    with contextlib.suppress(FileExistsError):
        path.symlink_to("elsewhere")


def removing_the_folder(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.parent.rmdir()


@pytest.mark.parametrize(
    "attempt", [exclusively, appending, making_a_folder, moving_nothing, linking, removing_the_folder]
)
def test_what_is_only_attempted_makes_nothing_the_stage_s_own(
    folder: Path, reads_of: ReadsOf, stale: Stale, attempt: Callable[[Path], None]
) -> None:
    path = Path("own/given/a.csv")
    path.parent.mkdir()
    path.write_text("1\n")

    def stage() -> None:
        attempt(path)
        path.read_text()
        list(path.parent.glob("*.csv"))

    found = reads_of(stage)
    assert stale(found) == []
    path.write_text("3\n")
    Path("own/given/b.csv").touch()
    assert stale(found) == ["own/given/a.csv", "own/given/b.csv (new)"]


def test_what_a_stage_makes_grow_is_read_before_and_after(
    folder: Path, author: Author, reads_of: ReadsOf, stale: Stale
) -> None:
    module = author(
        "import pathlib\ndef add():\n    with open('own/a.csv', 'a+') as file:\n"
        "        file.seek(0)\n        file.read()\n"
        "def again():\n    pathlib.Path('own/b.csv').read_text()\n    with open('own/b.csv', 'a') as file:\n"
        "        file.write('more')\n"
    )
    found = reads_of(module.add)
    assert (list(found.files), found.unseen, found.unsettled) == (["own/a.csv"], [], [])
    found = reads_of(module.again)
    assert found.unseen == ["own/code.py:7: reads own/b.csv, and then changes or removes it"]
    assert found.unsettled == []


def test_a_file_that_grows_may_be_asked_for_its_size(folder: Path, reads_of: ReadsOf, stale: Stale) -> None:
    def stage() -> None:
        if Path("own/a.csv").stat().st_size:
            appending(Path("own/a.csv"))

    found = reads_of(stage)
    assert (stale(found), found.unsettled) == ([], [])


FAILING = {
    "open('state/last.txt', 'w')": "state",
    "open('own/new.txt', 'r+')": "own/new.txt",
    "os.open('own/new.txt', os.O_WRONLY)": "own/new.txt",
    "open('own/a.csv', 'x')": "own/a.csv",
    "open('own/kept', 'w')": "own/kept",
    "os.mkdir('state/deep')": "state",
    "os.mkdir('own/kept')": "own/kept",
    "os.symlink('a.csv', 'own/b.csv')": "own/b.csv",
    "os.rename('own/b.csv', 'state/b.csv')": "state",
    "sqlite3.connect('state/base')": "state",
}


@pytest.mark.parametrize(("call", "hindrance"), FAILING.items())
def test_what_makes_writing_fail_is_noticed(
    folder: Path, author: Author, reads_of: ReadsOf, stale: Stale, call: str, hindrance: str
) -> None:
    Path("own/kept").mkdir()
    module = author(
        "import os, sqlite3\n\n\ndef run():\n    try:\n"
        f"        {call}\n    except (OSError, sqlite3.Error):\n        return\n    raise AssertionError\n"
    )
    found = reads_of(module.run)
    assert (stale(found), found.unseen) == ([], [])
    path = Path(hindrance)
    if path.is_dir():
        path.rmdir()
    elif path.exists():
        path.unlink()
    elif "." in path.name:
        path.touch()
    else:
        path.mkdir()
    assert [name.partition(" ")[0] for name in stale(found)] == [hindrance]
