"""What the recorder sees of a stage: files, absent files, listings, children; what it leaves out."""

from __future__ import annotations

import codecs
import contextlib
import fileinput
import glob
import importlib
import importlib.resources
import importlib.util
import inspect
import linecache
import os
import pkgutil
import py_compile
import runpy
import sqlite3
import subprocess
import sys
import tempfile
import tokenize
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from texloom.data.digests import Digests
from texloom.errors import ReportError
from texloom.results import inputs
from texloom.results.sealed import file_digest
from texloom.staleness.judge import changed_reads, still_hold
from texloom.staleness.made_from import MadeFrom, making
from texloom.staleness.recording.hook import recording
from texloom.staleness.recording.reads import FOLDERS, HIDDEN, Reads
from texloom.staleness.recording.recorder import Recorder

Stage = Callable[[], object]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with data; the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("own").mkdir()
    for name in ("a.csv", "b.csv", "README"):
        Path("own", name).write_text(f"{name}\n")
    return tmp_path


def reads_of(stage: Stage, own: tuple[Path, ...] = ()) -> Reads:
    with recording(Recorder(own)) as recorder:
        stage()
    return recorder.finish()


def stale(reads: Reads) -> list[str]:
    return list(changed_reads(reads.to_json(), Digests()))


def read_from_another_folder() -> None:
    with contextlib.chdir("own"):
        Path("a.csv").read_bytes()


def read_within_a_folder() -> None:
    folder = os.open("own", os.O_RDONLY)
    os.close(os.open("a.csv", os.O_RDONLY, dir_fd=folder))
    os.close(folder)


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
    "within an open folder": lambda: read_within_a_folder(),
    "from another folder": lambda: read_from_another_folder(),
}


@pytest.mark.parametrize("stage", READING.values(), ids=READING)
def test_a_file_that_is_read_is_recorded_with_its_digest_and_stale_when_it_changes(folder: Path, stage: Stage) -> None:
    found = reads_of(stage)
    assert found.files == {"own/a.csv": file_digest(Path("own/a.csv"))}
    assert stale(found) == []
    Path("own/a.csv").write_text("other")
    assert stale(found) == ["own/a.csv"]
    Path("own/a.csv").unlink()
    assert stale(found) == ["own/a.csv (gone)"]


def test_a_file_of_the_same_size_and_time_is_read(folder: Path) -> None:
    path = Path("own/a.csv")
    before = path.stat()
    found = reads_of(path.read_text)
    path.write_text(path.read_text().swapcase())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert stale(found) == ["own/a.csv"]


def test_what_is_looked_for_in_vain_counts_when_it_comes(folder: Path) -> None:
    def stage() -> None:
        with pytest.raises(FileNotFoundError):
            Path("own/settings.json").read_text()

    found = reads_of(stage)
    assert found.files == {"own/settings.json": None}
    assert stale(found) == []
    Path("own/settings.json").touch()
    assert stale(found) == ["own/settings.json (new)"]


LISTING: dict[str, tuple[Stage, str]] = {
    "pathlib": (lambda: list(Path("own").glob("*.csv")), f"*.csv|{HIDDEN}"),
    "pathlib below": (lambda: list(Path("own").glob("**/*.csv")), f"*.csv|{FOLDERS}|{HIDDEN}"),
    "pathlib's folders": (lambda: list(Path("own").glob("**")), f"{FOLDERS}|{HIDDEN}"),
    "rglob": (lambda: list(Path("own").rglob("*.csv")), f"*.csv|{FOLDERS}|{HIDDEN}"),
    "glob": (lambda: glob.glob("own/*.csv"), "*.csv"),  # noqa: PTH207
    "glob of folders": (lambda: glob.glob("own/*/a.csv"), FOLDERS),  # noqa: PTH207
    "glob below": (lambda: glob.glob("own/*/**/a.csv", recursive=True), FOLDERS),  # noqa: PTH207
    "listdir": (lambda: os.listdir("own"), f"*|{HIDDEN}"),  # noqa: PTH208
    "scandir": (lambda: list(os.scandir("own")), f"*|{HIDDEN}"),
    "iterdir": (lambda: list(Path("own").iterdir()), f"*|{HIDDEN}"),
    "walk": (lambda: list(os.walk("own")), f"*|{HIDDEN}"),
    "fwalk": (lambda: list(os.fwalk("own")), f"*|{HIDDEN}"),
}


@pytest.mark.parametrize(("stage", "pattern"), LISTING.values(), ids=LISTING)
def test_a_listing_is_recorded_by_the_names_that_it_looked_for(folder: Path, stage: Stage, pattern: str) -> None:
    found = reads_of(stage)
    assert [each["pattern"] for each in found.folders["own"]] == [pattern]
    for name in (".a.csv.swp", ".#a.csv", ".DS_Store", "__pycache__"):
        Path("own", name).touch()
    assert stale(found) == []
    wanted = pattern.split("|")
    for name, kinds in {"notes.txt": {"*"}, "c.csv": {"*", "*.csv"}}.items():
        Path("own", name).touch()
        assert stale(found) == ([f"own/{name} (new)"] if kinds & {*wanted} else [])
        Path("own", name).unlink()
        Path("own", f".{name}").touch()
        assert stale(found) == ([f"own/.{name} (new)"] if kinds & {*wanted} and HIDDEN in wanted else [])
        Path("own", f".{name}").unlink()
    Path("own/deep").mkdir()
    assert stale(found) == (["own/deep (new)"] if {"*", FOLDERS} & {*wanted} else [])
    Path("own/deep").rmdir()
    Path("own/a.csv").write_text("other")
    assert stale(found) == []
    Path("own/a.csv").unlink()
    assert stale(found) == (["own/a.csv (gone)"] if {"*", "*.csv"} & {*wanted} else [])


def test_a_file_that_comes_in_a_folder_that_a_pattern_reaches_counts(folder: Path) -> None:
    Path("own/deep").mkdir()
    for stage in (lambda: glob.glob("own/*/x.csv"), lambda: list(Path("own").glob("*/x.csv"))):  # noqa: PTH207
        found = reads_of(stage)
        assert stale(found) == []
        Path("own/deep/x.csv").touch()
        assert stale(found) == ["own/deep/x.csv (new)"]
        Path("own/deep/x.csv").unlink()


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
    folder: Path, stage: Callable[[Path], object], asked: set[str]
) -> None:
    """Neither the content nor the times of a file that is only looked at count."""

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


def test_where_a_link_leads_counts_and_the_folders_of_a_path_do_not(folder: Path) -> None:
    Path("here").symlink_to("own")
    found = reads_of(lambda: Path("here/a.csv").resolve())
    assert found.looked == {"here": {"link": "own"}}
    Path("here").unlink()
    Path("elsewhere").mkdir()
    Path("here").symlink_to("elsewhere")
    assert stale(found) == ["here"]


def test_what_is_looked_for_and_then_made_or_removed_is_the_stage_s_own(folder: Path) -> None:
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


def test_removing_a_folder_that_is_the_stage_s_own_hides_no_file_of_the_same_name(folder: Path) -> None:
    """Python removes the files of a folder by their names within it."""
    Path("a.csv").write_text("1")

    def stage() -> None:
        with tempfile.TemporaryDirectory() as scratch:
            Path(scratch, "a.csv").write_text("1")
        Path("a.csv").read_text()

    assert list(reads_of(stage).files) == ["a.csv"]


def test_what_the_stage_wrote_is_no_input(folder: Path) -> None:
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


def test_what_a_key_holds_is_no_read(folder: Path) -> None:
    assert reads_of(Path("own/a.csv").read_text, own=(Path("own/a.csv"),)).files == {}


def test_python_s_own_files_packages_and_caches_do_not_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "elsewhere"))
    Path(".git").mkdir()
    Path(".git/HEAD").write_text("ref")
    places = [Path(np.__file__), Path(os.__file__), Path("/etc/passwd"), Path(".git/HEAD")]
    assert reads_of(lambda: [path.read_bytes() for path in places]).files == {}


def test_an_edit_while_the_stage_runs_makes_the_result_stale_at_once(folder: Path) -> None:
    def stage() -> None:
        Path("own/a.csv").read_text()
        sorted(Path("own").glob("*.csv"))
        subprocess.run([sys.executable, "-c", "open('own/a.csv', 'w'); open('own/new.csv', 'w')"], check=True)

    found = reads_of(stage)
    assert set(found.unsettled) == {"own/a.csv", "own/"}
    assert "own/a.csv" in stale(found)


def test_another_program_is_named_with_the_author_s_line_until_its_reading_is_declared(folder: Path) -> None:
    module = author(folder, "import subprocess\n\n\ndef run():\n    subprocess.run(['true'])\n")
    (place,) = reads_of(module.run).unseen
    assert place.startswith("own/code.py:5: ")
    module = author(
        folder,
        "import subprocess\nfrom texloom.results.inputs import reads\n\n\ndef run():\n    reads('own/b.csv')\n"
        "    subprocess.run(['true'])\n",
    )
    found = reads_of(module.run)
    assert (found.unseen, list(found.files)) == ([], ["own/b.csv"])


def author(folder: Path, source: str) -> ModuleType:
    """A module of the author's."""
    path = folder / "own" / "code.py"
    path.write_text(source)
    spec = importlib.util.spec_from_file_location("own_code", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_declared_file_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(ReportError, match=r"own/none\.h5: is declared as read, but there is no such file"):
        inputs.reads("own/none.h5")


def test_a_digest_is_spared_only_where_nobody_can_have_written_since(folder: Path) -> None:
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


def test_what_a_killed_stage_has_read_must_be_as_it_was_for_another_to_go_on(folder: Path) -> None:
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


def test_importing_a_module_or_showing_its_lines_reads_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules are compared by their code."""
    monkeypatch.syspath_prepend(folder)
    Path("imported_here.py").write_text("def f():\n    return 1\n")

    def stage() -> None:
        module = importlib.import_module("imported_here")
        assert inspect.getsource(module.f)

    monkeypatch.delitem(sys.modules, "imported_here", raising=False)
    found = reads_of(stage)
    assert found == Reads(folders=found.folders)
    assert set(found.folders) == {"."}
    Path("imported_here.so").touch()
    Path("imported_here").mkdir()
    assert stale(found) == ["imported_here (new)", "imported_here.so (new)"]


def test_what_another_program_has_read_is_noted_but_not_the_stage_s_own(folder: Path) -> None:
    recorder = Recorder([Path("own/parts")])
    Path("own/parts").mkdir()
    for name in ("own/a.csv", "own/parts/x.csv", "own/none.csv"):
        recorder.note(Path(name))
    assert recorder.finish().files == {"own/a.csv": file_digest(Path("own/a.csv")), "own/none.csv": None}


def test_a_database_that_the_stage_writes_is_its_own(folder: Path) -> None:
    def stage() -> None:
        with contextlib.closing(sqlite3.connect("own/scratch.db")) as database:
            database.execute("create table found (value)")
            database.commit()

    for _ in range(2):
        assert reads_of(stage).to_json() == {}
        Path("own/scratch.db").unlink()


@pytest.fixture
def modules() -> Iterator[None]:
    """What is imported meanwhile is forgotten afterwards."""
    before = dict(sys.modules)
    yield
    for name in sys.modules.keys() - before.keys():
        del sys.modules[name]


def made_from(stage: Stage) -> MadeFrom:
    with making(MadeFrom()) as made:
        stage()
    return made.finish()


def import_what_is_there(*names: str) -> None:
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def run_source(name: str) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    exec(Path(name).read_text(), variables)
    return variables


def run_spec(name: str) -> None:
    spec = importlib.util.spec_from_file_location("of_a_file", name)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


RUNNING: dict[str, tuple[Callable[[str], object], bool]] = {
    "run_path": (runpy.run_path, False),
    "a spec": (run_spec, True),
    "exec": (run_source, False),
    "run_module": (lambda _: runpy.run_module("own.tool"), True),
}


@pytest.mark.parametrize("cached", [False, True], ids=["", "from bytecode"])
@pytest.mark.parametrize(("run", "as_code"), RUNNING.values(), ids=RUNNING)
def test_source_that_is_run_without_being_imported_counts(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    modules: None,
    run: Callable[[str], object],
    as_code: bool,
    cached: bool,
) -> None:
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", not cached)
    path = Path("own/tool.py")
    path.write_text("VALUE = 1\n")
    if cached:
        py_compile.compile(str(path))
    reads = made_from(lambda: run("own/tool.py")).reads
    assert list(reads["modules" if as_code else "files"]) == ["own/tool.py"]
    assert list(changed_reads(reads, Digests())) == []
    path.write_text("VALUE = 1  # as before\n")
    assert list(changed_reads(reads, Digests())) == ([] if as_code else ["own/tool.py"])
    path.write_text("VALUE = 2\n")
    assert list(changed_reads(reads, Digests())) == ["own/tool.py"]


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
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, stage: Stage
) -> None:
    monkeypatch.syspath_prepend(folder)
    linecache.clearcache()
    Path("own/__init__.py").touch()
    assert reads_of(stage).files == {"own/a.csv": file_digest(Path("own/a.csv"))}


def test_modules_of_a_package_that_is_searched_count(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None
) -> None:
    found = reads_of(lambda: [each.name for each in pkgutil.iter_modules(["own"])])
    Path("own/plugin.py").touch()
    assert stale(found) == ["own/plugin.py (new)"]


@pytest.mark.parametrize("new", ["mine.py", "mine/__init__.py", "mine.so", "mine.cpython-311-x86_64-linux-gnu.so"])
@pytest.mark.parametrize("where", ["", "own/"])
def test_a_module_that_was_imported_in_vain_counts_when_it_comes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, new: str, where: str
) -> None:
    monkeypatch.syspath_prepend(folder)
    Path("own/__init__.py").touch()
    module = where.replace("/", ".") + "mine"
    for stage in (lambda: import_what_is_there(module), lambda: importlib.util.find_spec(module)):
        found = reads_of(stage)
        assert stale(found) == []
        path = Path(where + new)
        path.parent.mkdir(exist_ok=True)
        path.touch()
        assert stale(found) == [f"{where}{new.partition('/')[0]} (new)"]
        path.unlink()
        if path.parent.name == "mine":
            path.parent.rmdir()


def test_a_module_that_comes_before_the_one_that_was_imported_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None
) -> None:
    """Earlier on Python's path, or as a package beside it; what comes later on the path does not."""
    monkeypatch.syspath_prepend(folder / "own")
    monkeypatch.syspath_prepend(folder)
    Path("own/mine.py").write_text("VALUE = 1\n")
    reads = made_from(lambda: import_what_is_there("mine", "tabnanny")).reads
    for path, told in {
        "mine.py": ["mine.py (new)"],
        "own/mine.so": ["own/mine.so (new)"],
        "tabnanny.py": ["tabnanny.py (new)"],
        "own/notes.py": [],
    }.items():
        Path(path).touch()
        assert list(changed_reads(reads, Digests())) == told
        Path(path).unlink()


def test_a_package_that_was_imported_in_vain_counts_when_it_is_installed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = reads_of(lambda: import_what_is_there("tabulate_of_tomorrow", "tomllib"))
    assert found.missing == ["tabulate_of_tomorrow"]
    assert stale(found) == []
    monkeypatch.setattr("texloom.staleness.judge.distributions", lambda: {"tabulate_of_tomorrow": ["tabulate"]})
    assert stale(found) == ["tabulate_of_tomorrow (installed)"]


def test_an_archive_of_modules_counts_by_its_content(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None
) -> None:
    with zipfile.ZipFile("own/code.zip", "w") as archive:
        archive.writestr("zipped.py", "VALUE = 1\n")
    monkeypatch.syspath_prepend(folder / "own/code.zip")
    reads = made_from(lambda: import_what_is_there("zipped")).reads
    assert reads["files"] == {"own/code.zip": file_digest(Path("own/code.zip"))}
    with zipfile.ZipFile("own/code.zip", "w") as archive:
        archive.writestr("zipped.py", "VALUE = 2\n")
    assert "own/code.zip" in list(changed_reads(reads, Digests()))
