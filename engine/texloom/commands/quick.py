"""Run the tests of changed files.

A changed module selects the test files that import it, directly or indirectly. Any other file, and a module that no
test imports, selects the tests of the mirroring folder (theory/ → tests/theory, engine/texloom/data/ →
engine/tests/data), or, if there is no such folder (as for the Makefile), all tests of the engine. A file in a folder of
tests selects the tests in the same folder. Documentation selects nothing.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import grimp

from texloom.errors import ReportError
from texloom.machine.git import git
from texloom.staleness.closure import import_graph, modules, source_path

PACKAGES = ("experiments", "texloom")
"""Without theory: fragments and their checks are found by name, never imported, and tested together."""
TESTS, ENGINE_TESTS = Path("tests"), Path("engine/tests")
MIRRORS = ((Path("engine/texloom"), ENGINE_TESTS), (Path("engine"), TESTS), (Path(), TESTS))
"""Folders of code, and the folders that mirror their subfolders with tests."""
FOR_PEOPLE = {".md", ".png"}
BENCHMARKS, COMMANDS = TESTS / "benchmarks", TESTS / "end_to_end"
NAMED = 5
"""How many of the changed files are named."""
NO_TESTS = 5
"""pytest's exit code if no tests are selected, for instance because all are slow."""


def changed_files() -> list[Path]:
    """The files that differ from the last commit, including new ones; if there are none, those it changed.

    Raises ReportError if there is no commit to compare with.
    """
    names = ("--name-only", "--no-renames", "--relative")  # to the current folder, also inside a larger repository
    return (_git("diff", *names, "HEAD") + _git("ls-files", "--others", "--exclude-standard")) or _git(
        "show", *names, "--format=", "--diff-merges=first-parent", "HEAD"
    )


def _git(*command: str) -> list[Path]:
    finished = git(*command, "-z")
    if finished.returncode:
        raise ReportError("make quick", "needs a git commit to compare with", "make test runs all tests")
    return [Path(name) for name in finished.stdout.split("\0") if name]


def test_files() -> list[Path]:
    """The test files of report and engine, without benchmarks."""
    found = (path for folder in (TESTS, ENGINE_TESTS) for path in folder.rglob("test_*.py"))
    return sorted(path for path in found if not path.is_relative_to(BENCHMARKS))


def used_by(test: Path, graph: grimp.ImportGraph) -> set[Path]:
    """The files that select a test: its direct and indirect imports, and the conftest.py of its folders.

    End-to-end tests run commands for minutes: only files in their own folder select them.
    """
    used, waiting = set(), [test]
    while waiting:
        path = waiting.pop()
        if path not in used:
            used.add(path)
            if not path.is_file():  # removed, so its users fail now
                continue
            waiting += _imported_helpers(path)
            for name in graph.modules.intersection(_imported(path)):
                used |= set(map(source_path, modules(name, graph)))
    used |= {folder / "conftest.py" for folder in test.parents}
    return {path for path in used if path.is_relative_to(COMMANDS)} if test.is_relative_to(COMMANDS) else used


def _imported(path: Path) -> Iterator[str]:
    """The names that a file imports; `from a import b` yields both a and a.b, which may be a module.

    Empty for a file that is not valid Python: pytest reports its errors.
    """
    try:
        tree = ast.parse(path.read_bytes(), path)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _imported_helpers(path: Path) -> Iterator[Path]:
    """The files of tests/ that a test imports, including removed ones, and the packages that contain them."""
    for name in _imported(path):
        parts = name.split(".")
        if parts[0] == TESTS.name:
            yield Path(*parts).with_suffix(".py")
            yield from (Path(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1))


def mirror(path: Path) -> Path:
    """The folder of tests that mirrors the nearest folder of a file; else the folder of all the engine's tests."""
    for folder in path.parents:
        for top, tests in MIRRORS:
            below = folder.relative_to(top) if folder.is_relative_to(top) else Path()
            if below != Path() and (tests / below).is_dir():
                return tests / below
    return ENGINE_TESTS


def tests_of(changed: Iterable[Path], graph: grimp.ImportGraph) -> list[Path]:
    """The test files that changed files select, sorted."""
    tests = {test: used_by(test, graph) for test in test_files()}
    selected: set[Path] = set()
    for path in changed:
        users = {test for test, used in tests.items() if path in used}
        if not users and path.suffix not in FOR_PEOPLE:
            if path.is_relative_to(TESTS) or path.is_relative_to(ENGINE_TESTS):
                removed_test = path.name.startswith("test_") and path.suffix == ".py"
                users = set() if removed_test else {test for test in tests if test.is_relative_to(path.parent)}
            else:
                users = {t for t in tests if t.is_relative_to(mirror(path)) and not t.is_relative_to(COMMANDS)}
        selected |= users
    return sorted(selected)


def run(changed: Collection[Path]) -> int:
    """Run the tests of changed files, without slow ones; return pytest's exit code."""
    files = tests_of(changed, import_graph(PACKAGES))
    names = ", ".join(map(str, sorted(changed)[:NAMED])) + (" …" if len(changed) > NAMED else "")
    if not files:
        print(f"no quick test covers {names}; make test builds the whole report")
        return 0
    print(f"{len(files)} test files cover {names}", flush=True)
    options = ["-n", "auto", "--maxprocesses", str(len(files)), "-m", "not slow"]
    code = subprocess.call([sys.executable, "-m", "pytest", *options, *map(str, files)])
    return 0 if code == NO_TESTS else code
