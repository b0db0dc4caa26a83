"""The tests that a change selects: in a small project with known imports, and in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import grimp
import pytest

from texloom.commands import quick
from texloom.commands.entry import run_command
from texloom.staleness.closure import import_graph

IMPORTS = {
    "experiments": [],
    "experiments.common": [],
    "experiments.common.helper": [],
    "experiments.toy": [],
    "experiments.toy.model": ["experiments.common.helper"],
    "experiments.toy.untested": [],
    "weave": [],
    "texloom.document.render": [],
    "texloom.staleness.plan": [],
    "tests": [],
    "tests.conftest": ["texloom.staleness.plan"],
    "tests.benchmarks": [],
    "tests.benchmarks.test_speed": ["experiments.toy.model"],
    "tests.end_to_end": [],
    "tests.end_to_end.conftest": [],
    "tests.end_to_end.test_report": ["tests.end_to_end.conftest", "texloom.document.render"],
    "tests.experiments": [],
    "tests.experiments.judges": [],
    "tests.experiments.test_helper": ["experiments.common.helper", "tests.experiments.judges"],
    "tests.experiments.toy": [],
    "tests.experiments.toy.conftest": [],
    "tests.experiments.toy.test_model": ["experiments.toy.model"],
    "tests.setup": [],
    "tests.setup.test_scripts": [],
    "tests.theory": [],
    "tests.theory.test_fragments": [],
    "tests.weave": [],
    "tests.weave.test_render": ["texloom.document.render"],
}
HELPER, MODEL = "tests/experiments/test_helper.py", "tests/experiments/toy/test_model.py"
END_TO_END, SCRIPTS = "tests/end_to_end/test_report.py", "tests/setup/test_scripts.py"
FRAGMENTS, RENDER = "tests/theory/test_fragments.py", "tests/weave/test_render.py"

Select = Callable[..., list[str]]


@pytest.fixture
def select(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Select:
    """The test files that changed files select in a project with these imports."""
    graph = grimp.ImportGraph()
    for module, imported in IMPORTS.items():
        graph.add_module(module)
        for each in imported:
            graph.add_import(importer=module, imported=each)
        (tmp_path / Path(*module.split(".")).parent).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return lambda *names: [path.as_posix() for path in quick.tests_of(map(Path, names), graph)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("experiments/toy/model.py", [MODEL]),
        ("experiments/common/helper.py", [HELPER, MODEL]),  # the second through toy.model
        ("experiments/toy/__init__.py", [MODEL]),
        ("experiments/common/__init__.py", [HELPER, MODEL]),
        ("engine/texloom/document/render.py", [RENDER]),  # and not the end-to-end test, which takes minutes
        ("engine/texloom/staleness/plan.py", [RENDER]),  # no test imports it
        ("experiments/toy/untested.py", [MODEL]),
        ("experiments/toy/gone.py", [MODEL]),  # deleted
        ("experiments/toy/table.csv", [MODEL]),
        ("theory/answer.tex", [FRAGMENTS]),
        ("theory/answer.py", [FRAGMENTS]),
        ("setup/python.sh", [SCRIPTS]),
        ("templates/sections/toy.tex.j2", [RENDER]),
        ("weave/scaffold/experiment/experiments/my_experiment/model.py", [RENDER]),
        ("report.toml", [RENDER]),
        ("Makefile", [RENDER]),
        ("Snakefile", [RENDER]),
        (".ci/run", [RENDER]),
        ("README.md", []),
        ("docs/report.png", []),
        (HELPER, [HELPER]),
        ("tests/experiments/__init__.py", [HELPER, MODEL]),
        ("tests/experiments/judges.py", [HELPER]),
        ("tests/experiments/toy/conftest.py", [MODEL]),
        ("tests/conftest.py", [HELPER, MODEL, SCRIPTS, FRAGMENTS, RENDER]),
        (END_TO_END, [END_TO_END]),
        ("tests/end_to_end/conftest.py", [END_TO_END]),
        ("tests/benchmarks/test_speed.py", []),
        ("tests/weave/test_gone.py", []),
    ],
)
def test_a_change_selects_the_tests_that_it_can_break(select: Select, changed: str, expected: list[str]) -> None:
    assert select(changed) == expected


def test_several_changes_select_each_test_once(select: Select) -> None:
    assert select("experiments/toy/model.py", "experiments/common/helper.py", "theory/answer.tex") == [
        HELPER,
        MODEL,
        FRAGMENTS,
    ]
    assert select() == []


def test_where_the_engine_has_no_tests_a_template_selects_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new report."""
    monkeypatch.chdir(tmp_path)
    graph = grimp.ImportGraph()
    for module in ("tests", "tests.theory", "tests.theory.test_fragments"):
        graph.add_module(module)
    assert quick.tests_of([Path("templates/report.tex.j2")], graph) == []


def test_every_test_file_of_this_project_selects_itself(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    graph = import_graph(quick.PACKAGES)
    files = [path.relative_to(root) for path in root.glob("tests/**/test_*.py") if "benchmarks" not in path.parts]
    assert len(files) > 100
    for file in files:
        assert quick.tests_of([file], graph) == [file]


# ---------------------------------------------------------------- what changed


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Git in a folder of its own, the current one; it knows who commits."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@localhost")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    return lambda *command: subprocess.run(["git", *command], capture_output=True, check=True)


def commit(git: Callable[..., object], **texts: str) -> None:
    """A commit of files with these texts."""
    for name, text in texts.items():
        Path(name).write_text(text)
    git("add", "--all")
    git("commit", "--message", "a commit")


def test_edits_new_files_and_lost_ones_are_changes(git: Callable[..., object]) -> None:
    git("init")
    commit(git, same="", edited="", staged="", lost="", moved="a text\n" * 9)
    Path("edited").write_text("now")
    Path("staged").write_text("now")
    git("add", "staged")
    Path("lost").unlink()
    git("mv", "moved", "here")
    Path("with space and é").touch()
    expected = ["edited", "here", "lost", "moved", "staged", "with space and é"]
    assert sorted(map(str, quick.changed_files())) == expected


def test_in_a_clean_tree_the_last_commit_is_what_changed(git: Callable[..., object]) -> None:
    git("init", "--initial-branch", "main")
    commit(git, first="", other="")
    assert sorted(map(str, quick.changed_files())) == ["first", "other"]
    commit(git, second="")
    assert quick.changed_files() == [Path("second")]
    git("checkout", "-b", "branch", "HEAD~1")
    commit(git, third="")
    git("checkout", "main")
    git("merge", "--no-ff", "branch")
    assert quick.changed_files() == [Path("third")]  # what the merge brought


@pytest.mark.parametrize("commands", [[], [("init",)]], ids=["no repository", "no commit"])
def test_without_a_commit_it_says_what_it_needs(
    git: Callable[..., object], commands: list[tuple[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    for command in commands:
        git(*command)
    with pytest.raises(SystemExit) as ended:
        run_command(lambda: print(quick.changed_files()))
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said == "make quick: needs a git commit to compare with\n  make test runs the tests of everything\n"


# ---------------------------------------------------------------- the command


def test_it_says_when_nothing_is_selected(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert quick.run([Path("README.md")]) == 0
    assert capfd.readouterr().out == "no quick test is about README.md; make test builds the whole report\n"


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (5, 0)])
def test_it_runs_the_selected_files_without_their_slow_tests(
    code: int, expected: int, root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """With pytest's exit code, but that no test is left is no failure."""
    called = []
    monkeypatch.setattr(quick.subprocess, "call", lambda command: called.append(command) or code)
    monkeypatch.chdir(root)
    assert quick.run([Path(f"setup/{name}.sh") for name in "fedcba"]) == expected
    ((python, *options),) = called
    assert (python, options[:2]) == (sys.executable, ["-m", "pytest"])
    assert options[options.index("-m", 1) + 1] == "not slow"
    tests = sorted(path.relative_to(root).as_posix() for path in (root / "tests" / "setup").glob("test_*.py"))
    assert options[-len(tests) :] == tests
    files = "setup/a.sh, setup/b.sh, setup/c.sh, setup/d.sh, setup/e.sh …"
    assert capfd.readouterr().out == f"{len(tests)} test files are about {files}\n"
