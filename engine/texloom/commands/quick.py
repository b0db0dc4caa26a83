"""The tests of what changed.

A changed module selects the test files that import it, directly or not. Any other file, and a module that no test
imports, selects the tests of the folder that mirrors its own (theory/ → tests/theory, setup/ → tests/setup), or the
engine's, tests/weave, where there is none (templates, the Makefile). Text for people selects nothing.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

import grimp

from texloom.errors import ReportError
from texloom.staleness.closure import import_graph, modules

PACKAGES = ("experiments", "texloom", "tests")
"""Without theory: a fragment and its checks are found by name, never imported, and tested together."""
FOR_PEOPLE = {".md", ".png"}
BENCHMARKS = "tests.benchmarks."
COMMANDS = "tests.end_to_end."
NAMED = 5
"""How many of the changed files are named."""
NO_TESTS = 5
"""pytest's exit code when none is left without the slow ones."""


def changed_files() -> list[Path]:
    """What differs from the last commit, new files included; where nothing does, what the last commit changed.

    Raises ReportError where there is no commit to compare with.
    """
    return (
        _git("diff", "--name-only", "--no-renames", "HEAD") + _git("ls-files", "--others", "--exclude-standard")
    ) or _git("show", "--name-only", "--no-renames", "--format=", "--diff-merges=first-parent", "HEAD")


def _git(*command: str) -> list[Path]:
    finished = subprocess.run(["git", *command, "-z"], capture_output=True, text=True)
    if finished.returncode:
        raise ReportError("make quick", "needs a git commit to compare with", "make test runs the tests of everything")
    return [Path(name) for name in finished.stdout.split("\0") if name]


def used_by(test: str, graph: grimp.ImportGraph) -> set[str]:
    """The modules that select a test: what it imports, directly or not, and the conftest.py of its folders.

    End-to-end tests run commands, for minutes: they are selected by their own folder alone.
    """
    packages = test.split(".")[:-1]
    conftests = {".".join([*packages[: depth + 1], "conftest"]) for depth in range(len(packages))}
    found = modules(test, graph) | conftests
    return {name for name in found if name.startswith(COMMANDS)} if test.startswith(COMMANDS) else found


def mirror(path: Path) -> Path:
    """The folder of tests/ that mirrors the file's own or the nearest above it; else the engine's."""
    mirrored = (Path("tests", folder) for folder in path.parents if folder != Path())
    return next(filter(Path.is_dir, mirrored), Path("tests", "weave"))


def tests_of(changed: Iterable[Path], graph: grimp.ImportGraph) -> list[Path]:
    """The test files that changed files select, sorted."""
    tests = {
        Path(*name.split(".")).with_suffix(".py"): used_by(name, graph)
        for name in graph.modules
        if name.rpartition(".")[2].startswith("test_") and name.startswith("tests.") and not name.startswith(BENCHMARKS)
    }
    selected: set[Path] = set()
    for path in changed:
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        users = {test for test, used in tests.items() if path.suffix == ".py" and module in used}
        if not users and path.parts[0] != "tests" and path.suffix not in FOR_PEOPLE:
            users = {test for test in tests if test.is_relative_to(mirror(path))}
        selected |= users
    return sorted(selected)


def run(changed: Collection[Path]) -> int:
    """Run the tests of changed files, all but the slow ones; pytest's exit code."""
    files = tests_of(changed, import_graph(PACKAGES))
    names = ", ".join(map(str, sorted(changed)[:NAMED])) + (" …" if len(changed) > NAMED else "")
    if not files:
        print(f"no quick test is about {names}; make test builds the whole report")
        return 0
    print(f"{len(files)} test files are about {names}", flush=True)
    options = ["-n", "auto", "--maxprocesses", str(len(files)), "-m", "not slow"]
    code = subprocess.call([sys.executable, "-m", "pytest", *options, *map(str, files)])
    return 0 if code == NO_TESTS else code
