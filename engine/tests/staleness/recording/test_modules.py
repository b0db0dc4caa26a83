"""Modules that a stage imports, runs or searches for, by any means."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import pkgutil
import py_compile
import runpy
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from texloom.data.digests import Digests
from texloom.results.sealed import file_digest
from texloom.staleness.judge import changed_reads
from texloom.staleness.made_from import MadeFrom
from texloom.staleness.recording.reads import Reads

Stage = Callable[[], object]
ReadsOf = Callable[[Stage], Reads]
Stale = Callable[[Reads], list[str]]


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


def test_importing_a_module_or_showing_its_lines_reads_no_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, reads_of: ReadsOf, stale: Stale
) -> None:
    """Modules are compared by their code."""
    monkeypatch.syspath_prepend(folder)
    Path("imported_here.py").write_text("def f():\n    return 1\n")

    def stage() -> None:
        module = importlib.import_module("imported_here")
        assert inspect.getsource(module.f)

    monkeypatch.delitem(sys.modules, "imported_here", raising=False)
    found = reads_of(stage)
    assert found == Reads(folders=found.folders, looked=found.looked)
    assert [set(found.folders), set(found.looked)] == [{"."}, {"imported_here/__init__.py"}]
    Path("imported_here").mkdir()
    assert stale(found) == []  # the module takes precedence over a folder that is no package
    Path("imported_here/__init__.py").touch()
    Path("imported_here.so").touch()
    assert stale(found) == ["imported_here/__init__.py (new)", "imported_here.so (new)"]


@pytest.mark.parametrize("line", ["import loose_here.part", "from loose_here import part"])
def test_a_folder_of_modules_that_becomes_a_package_is_noticed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, reads_of: ReadsOf, stale: Stale, line: str
) -> None:
    monkeypatch.syspath_prepend(folder)
    Path("loose_here").mkdir()
    Path("loose_here/part.py").write_text("PART = 1.0\n")
    found = reads_of(lambda: exec(line))
    for name in ("loose_here", "loose_here.part"):
        del sys.modules[name]
    assert stale(found) == []
    Path("loose_here/__init__.py").touch()
    assert stale(found) == ["loose_here/__init__.py (new)"]


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
    made_from: Callable[[Stage], MadeFrom],
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


def test_modules_of_a_package_that_is_searched_count(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, reads_of: ReadsOf, stale: Stale
) -> None:
    found = reads_of(lambda: [each.name for each in pkgutil.iter_modules(["own"])])
    Path("own/plugin.py").touch()
    assert stale(found) == ["own/plugin.py (new)"]


@pytest.mark.parametrize("new", ["mine.py", "mine/__init__.py", "mine.so", "mine.cpython-311-x86_64-linux-gnu.so"])
@pytest.mark.parametrize("where", ["", "own/"])
def test_a_module_that_was_imported_in_vain_counts_when_it_comes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, new: str, where: str, reads_of: ReadsOf, stale: Stale
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
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, made_from: Callable[[Stage], MadeFrom]
) -> None:
    """It comes first if it is earlier on Python's path, or a package beside the module, but not later on the path."""
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
    folder: Path, monkeypatch: pytest.MonkeyPatch, reads_of: ReadsOf, stale: Stale
) -> None:
    found = reads_of(lambda: import_what_is_there("tabulate_of_tomorrow", "tomllib"))
    assert found.missing == ["tabulate_of_tomorrow"]
    assert stale(found) == []
    monkeypatch.setattr("texloom.staleness.judge.distributions", lambda: {"tabulate_of_tomorrow": ["tabulate"]})
    assert stale(found) == ["tabulate_of_tomorrow (installed)"]


def test_an_archive_of_modules_counts_by_its_content(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, made_from: Callable[[Stage], MadeFrom]
) -> None:
    with zipfile.ZipFile("own/code.zip", "w") as archive:
        archive.writestr("zipped.py", "VALUE = 1\n")
    monkeypatch.syspath_prepend(folder / "own/code.zip")
    reads = made_from(lambda: import_what_is_there("zipped")).reads
    assert reads["files"] == {"own/code.zip": file_digest(Path("own/code.zip"))}
    with zipfile.ZipFile("own/code.zip", "w") as archive:
        archive.writestr("zipped.py", "VALUE = 2\n")
    assert "own/code.zip" in list(changed_reads(reads, Digests()))


def test_an_archive_counts_where_its_module_was_imported_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, made_from: Callable[[Stage], MadeFrom]
) -> None:
    """Another stage in the same process has imported it, and Python does not open the archive again."""
    with zipfile.ZipFile("own/code.zip", "w") as archive:
        archive.writestr("zipped.py", "VALUE = 1\n")
    monkeypatch.syspath_prepend(folder / "own/code.zip")
    import_what_is_there("zipped")
    reads = made_from(lambda: import_what_is_there("zipped")).reads
    assert reads["files"] == {"own/code.zip": file_digest(Path("own/code.zip"))}
