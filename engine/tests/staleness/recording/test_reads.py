"""Recorded reads of a stage: existing and missing files, by content, whichever code opens them."""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import fileinput
import importlib
import importlib.resources
import linecache
import os
import pkgutil
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from texloom.data.digests import Digests
from texloom.results import inputs
from texloom.results.sealed import file_digest, read_sealed, write_sealed
from texloom.staleness.judge import changed_reads, still_hold
from texloom.staleness.made_from import MadeFrom, making
from texloom.staleness.recording.hook import recording
from texloom.staleness.recording.reads import Reads, recorded_path, shown
from texloom.staleness.recording.recorder import Recorder, unrecorded

Stage = Callable[[], object]
ReadsOf = Callable[..., Reads]
Stale = Callable[[Reads], list[str]]


def read_from_another_folder() -> None:
    with contextlib.chdir("own"):
        Path("a.csv").read_bytes()


def read_within_a_folder() -> None:
    folder = os.open("own", os.O_RDONLY)
    os.close(os.open("a.csv", os.O_RDONLY, dir_fd=folder))
    os.close(folder)


def read_by_another_name(give: Callable[[str, str], object]) -> None:
    with tempfile.TemporaryDirectory(dir=".") as scratch:
        give(os.path.abspath("own/a.csv"), f"{scratch}/here")  # noqa: PTH100
        Path(scratch, "here").read_bytes()
        if not Path("own/a.csv").exists():
            Path(scratch, "here").rename("own/a.csv")


def read_below_a_link() -> None:
    with tempfile.TemporaryDirectory(dir=".") as scratch:
        Path(scratch, "here").symlink_to(Path("own").absolute())
        Path(scratch, "here/a.csv").read_bytes()


READING: dict[str, Stage] = {
    "open": lambda: open("own/a.csv").close(),  # noqa: PTH123
    "pathlib": lambda: Path("own/a.csv").read_bytes(),
    "a whole path": lambda: Path("own/a.csv").absolute().read_text(),
    "os.open": lambda: os.close(os.open("own/a.csv", os.O_RDONLY)),
    "numpy": lambda: np.loadtxt("own/a.csv", dtype=str),
    "declared": lambda: inputs.reads("own/a.csv"),
    "opened to be updated": lambda: open("own/a.csv", "r+").close(),  # noqa: PTH123
    "memmap": lambda: np.memmap("own/a.csv"),
    "database": lambda: sqlite3.connect("own/a.csv").close(),
    "database by a URI": lambda: sqlite3.connect("file:own/a.csv?mode=ro", uri=True).close(),
    "a hard link": lambda: read_by_another_name(os.link),
    "a link": lambda: read_by_another_name(os.symlink),
    "a folder's link": read_below_a_link,
    "moved there and back": lambda: read_by_another_name(os.rename),
    "within an open folder": lambda: read_within_a_folder(),
    "from another folder": lambda: read_from_another_folder(),
}


@pytest.mark.parametrize("stage", READING.values(), ids=READING)
def test_a_file_that_is_read_is_recorded_with_its_digest_and_stale_when_it_changes(
    folder: Path, stage: Stage, reads_of: ReadsOf, stale: Stale
) -> None:
    found = reads_of(stage)
    assert found.files == {"own/a.csv": file_digest(Path("own/a.csv"))}
    assert stale(found) == []
    Path("own/a.csv").write_text("other")
    assert stale(found) == ["own/a.csv"]
    Path("own/a.csv").unlink()
    assert stale(found) == ["own/a.csv (gone)"]


ODD = [
    *("a\udcff", "a\nb", "a\rb", 'a"b', "a'b", "a%b", "a\\b", "x" * 255),
    *("é", "e\u0301", "~", "~a", "a|b", "[a]", "*", " "),
]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("where", ["", "own/"])
def test_a_file_of_any_name_is_read_looked_at_and_listed(
    folder: Path, reads_of: ReadsOf, where: str, name: str
) -> None:
    path = f"{where}{name}"
    Path(path).write_text("1")

    def stage() -> None:
        Path(path).read_text()
        os.path.exists(path)  # noqa: PTH110
        os.listdir(where or ".")  # noqa: PTH208

    record = folder.with_suffix(".json")
    write_sealed(record, reads_of(stage).to_json())
    stored = read_sealed(record)
    assert [recorded_path(each) for each in stored["files"]] == [Path(path)]
    assert list(changed_reads(stored, Digests())) == []
    Path(path).write_text("2")
    assert [recorded_path(each) for each in changed_reads(stored, Digests())] == [Path(path)]
    Path(path).unlink()
    told = {each.removeprefix("./") for each in changed_reads(stored, Digests())}
    assert told == {f"{path} (gone)"}


def test_a_file_of_the_same_size_and_time_is_read(folder: Path, reads_of: ReadsOf, stale: Stale) -> None:
    path = Path("own/a.csv")
    before = path.stat()
    found = reads_of(path.read_text)
    path.write_text(path.read_text().swapcase())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert stale(found) == ["own/a.csv"]


def test_what_is_looked_for_in_vain_counts_when_it_comes(folder: Path, reads_of: ReadsOf, stale: Stale) -> None:
    def stage() -> None:
        with pytest.raises(FileNotFoundError):
            Path("own/settings.json").read_text()

    found = reads_of(stage)
    assert found.files == {"own/settings.json": None}
    assert stale(found) == []
    Path("own/settings.json").touch()
    assert stale(found) == ["own/settings.json (new)"]


RESOURCES: dict[str, Stage] = {
    "pkgutil": lambda: pkgutil.get_data("own", "a.csv"),
    "importlib.resources": lambda: importlib.resources.files("own").joinpath("a.csv").read_text(),
    "linecache": lambda: linecache.getlines("own/a.csv"),
    "tokenize": lambda: tokenize.open("own/a.csv").close(),
    "fileinput": lambda: list(fileinput.input("own/a.csv")),  # noqa: SIM115
    "codecs": lambda: codecs.open("own/a.csv").close(),
}


@pytest.mark.parametrize("stage", RESOURCES.values(), ids=RESOURCES)
def test_data_that_are_read_as_source_or_through_a_package_are_recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, stage: Stage, reads_of: ReadsOf
) -> None:
    monkeypatch.syspath_prepend(folder)
    linecache.clearcache()
    Path("own/__init__.py").touch()
    assert reads_of(stage).files == {"own/a.csv": file_digest(Path("own/a.csv"))}


def test_libraries_that_are_loaded_from_the_project_are_recorded(
    folder: Path, modules: None, made_from: Callable[[Stage], MadeFrom]
) -> None:
    """By ctypes, or as extension modules."""
    Path("own/wrong.so").write_text("no library")
    Path("own/extension.so").write_text("no library")
    sys.modules["own_extension"] = ModuleType("own_extension")
    sys.modules["own_extension"].__file__ = str(folder / "own/extension.so")

    def stage() -> None:
        with contextlib.suppress(OSError):
            ctypes.CDLL("own/wrong.so")

    assert list(made_from(stage).reads["files"]) == ["own/wrong.so", "own/extension.so"]


def test_what_a_key_holds_is_no_read(folder: Path, reads_of: ReadsOf) -> None:
    assert reads_of(Path("own/a.csv").read_text, own=(Path("own/a.csv"),)).files == {}


def test_python_s_own_files_packages_and_caches_do_not_count(
    folder: Path, monkeypatch: pytest.MonkeyPatch, reads_of: ReadsOf
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "elsewhere"))
    Path(".git").mkdir()
    Path(".git/HEAD").write_text("ref")
    places = [Path(np.__file__), Path(os.__file__), Path("/etc/passwd"), Path(".git/HEAD")]
    assert reads_of(lambda: [path.read_bytes() for path in places]).files == {}


def test_an_edit_while_the_stage_runs_makes_the_result_stale_at_once(
    folder: Path, reads_of: ReadsOf, stale: Stale
) -> None:
    def stage() -> None:
        Path("own/a.csv").read_text()
        sorted(Path("own").glob("*.csv"))
        subprocess.run([sys.executable, "-c", "open('own/a.csv', 'w'); open('own/new.csv', 'w')"], check=True)

    found = reads_of(stage)
    assert set(found.unsettled) == {"own/a.csv", "own/"}
    assert "own/a.csv" in stale(found)


def test_an_edit_that_is_undone_while_the_stage_runs_makes_the_result_stale(folder: Path, reads_of: ReadsOf) -> None:
    def stage() -> None:
        before = Path("own/a.csv").read_text()
        with unrecorded():  # by somebody else
            Path("own/a.csv").write_text("2")
        Path("own/a.csv").read_text()
        with unrecorded():
            Path("own/a.csv").write_text(before)
        Path("own/b.csv").read_text()
        os.utime("own/b.csv", (1, 1))

    assert reads_of(stage).unsettled == ["own/a.csv"]


def test_a_cached_digest_is_used_only_if_the_file_cannot_have_been_written_since(folder: Path) -> None:
    """A file that was written a moment before it was read is read again."""
    path, digests = Path("own/a.csv"), Digests()
    assert digests.of(path) == file_digest(path)
    assert digests.known == {}
    digests.known = {"own/a.csv": ((1, 2, 3, 4), "0" * 64)}
    assert digests.of(path) == file_digest(path)
    now = path.stat()
    settled = (now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
    digests.known = {"own/a.csv": (settled, "f" * 64)}
    assert digests.of(path) == "f" * 64
    digests.keep()
    assert Digests.load().known == digests.known
    Path(".snakemake/digests.json").write_text("{")
    assert Digests.load().known == {}


def test_a_killed_stage_resumes_only_if_its_reads_are_unchanged(folder: Path) -> None:
    kept = Path("build/state.json")
    with making(MadeFrom(), build=Path("build")) as made:
        assert not still_hold(kept)
        Path("own/a.csv").read_text()
        made.keep(kept)
        assert still_hold(kept)
        Path("own/b.csv").read_text()
        made.keep(kept)
    Path("own/b.csv").write_text("other")
    assert not still_hold(kept)
    assert made.recorder.reads.files.keys() == {"own/a.csv", "own/b.csv"}


def test_what_the_engine_reads_counts_where_it_reads_what_an_author_writes(folder: Path) -> None:
    def of(**options: Any) -> list[str]:
        with recording(Recorder(**options)) as recorder:
            file_digest(Path("own/a.csv"))
        return list(recorder.finish().files)

    assert of() == []
    assert of(engine=True) == ["own/a.csv"]
    assert of(build=Path("own")) == ["own/a.csv"]  # another result
    assert of(build=Path("own"), own=[Path("own")]) == []


def test_what_another_program_has_read_is_noted(folder: Path) -> None:
    recorder = Recorder()
    for name in ("own/a.csv", "own/none.csv"):
        recorder.note(Path(name))
    assert recorder.finish().files == {"own/a.csv": file_digest(Path("own/a.csv")), "own/none.csv": None}


def test_what_lies_above_what_a_link_leads_to_is_read_there(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, reads_of: ReadsOf, stale: Stale
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "deep").mkdir()
    (elsewhere / "x.csv").write_text("1")
    Path("own/link").symlink_to(elsewhere / "deep")
    found = reads_of(lambda: Path("own/link/../x.csv").read_text())
    (elsewhere / "x.csv").write_text("2")
    assert stale(found) == [shown(elsewhere / "x.csv", str(folder))]


@pytest.mark.parametrize("place", ["/var/tmp", "/dev/shm"])
def test_data_in_folders_of_the_system_count(place: str, reads_of: ReadsOf, stale: Stale, folder: Path) -> None:
    if not os.access(place, os.W_OK):
        pytest.skip(f"{place} is not a folder to write in")
    with tempfile.NamedTemporaryFile("w", dir=place, suffix=".csv") as file:
        found = reads_of(lambda: Path(file.name).read_text())
        file.write("2")
        file.flush()
        assert stale(found) == [file.name]


def test_devices_do_not_count(reads_of: ReadsOf, folder: Path) -> None:
    assert reads_of(lambda: Path(os.devnull).read_text()).to_json() == {}


def test_a_font_that_is_opened_only_when_a_figure_is_saved_counts(folder: Path, reads_of: ReadsOf) -> None:
    """By matplotlib, which the engine calls later."""
    import matplotlib
    from matplotlib.font_manager import FontProperties

    from texloom.results import plotting

    font = Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf")
    shutil.copy(font, "own/mine.ttf")
    figure = plotting.new_figure(height=1)
    figure.text(0, 0, "text", fontproperties=FontProperties(fname="own/mine.ttf"))
    assert list(reads_of(lambda: plotting.save(figure, folder / "figure.pdf"), own=(folder / "figure.pdf",)).files) == [
        "own/mine.ttf"
    ]
