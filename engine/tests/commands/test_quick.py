"""The tests selected by a change, in a small project with known imports."""

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

IMPORTS = {
    "experiments": [],
    "experiments.shared": [],
    "experiments.shared.helper": [],
    "experiments.toy": [],
    "experiments.toy.model": ["experiments.shared.helper"],
    "experiments.toy.untested": [],
    "texloom": [],
    "texloom.document": [],
    "texloom.document.render": ["texloom.errors"],
    "texloom.document.untested": [],
    "texloom.errors": [],
    "texloom.staleness": [],
    "texloom.staleness.plan": [],
}
TESTS = {
    "engine/tests/conftest.py": "from texloom.staleness import plan",
    "engine/tests/document/test_render.py": "from texloom.document import render",
    "engine/tests/test_errors.py": "from texloom.errors import closest",
    "tests/__init__.py": "",
    "tests/conftest.py": "from tests import ROOT",
    "tests/benchmarks/test_speed.py": "import experiments.toy.model",
    "tests/end_to_end/conftest.py": "",
    "tests/end_to_end/test_report.py": "from tests.end_to_end.conftest import built\nimport texloom.document.render",
    "tests/experiments/__init__.py": "",
    "tests/experiments/judges.py": "",
    "tests/experiments/test_helper.py": "def test():\n    from experiments.shared import helper\n"
    "    from tests.experiments.judges import judge",
    "tests/experiments/toy/conftest.py": "",
    "tests/experiments/toy/test_model.py": "from experiments.toy.model import build",
    "tests/setup/test_scripts.py": "",
    "tests/theory/test_fragments.py": "",
}
HELPER, MODEL = "tests/experiments/test_helper.py", "tests/experiments/toy/test_model.py"
END_TO_END, SCRIPTS = "tests/end_to_end/test_report.py", "tests/setup/test_scripts.py"
FRAGMENTS, RENDER, ERRORS = (
    "tests/theory/test_fragments.py",
    "engine/tests/document/test_render.py",
    "engine/tests/test_errors.py",
)

Select = Callable[..., list[str]]


@pytest.fixture
def select(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Select:
    """The test files that changed files select in a project with these imports and tests."""
    graph = grimp.ImportGraph()
    monkeypatch.chdir(tmp_path)
    for module, imported in IMPORTS.items():
        graph.add_module(module)
        for each in imported:
            graph.add_import(importer=module, imported=each)
        package = Path("engine" if module.startswith("texloom") else "", *module.split(".")[:2])
        package.parent.mkdir(parents=True, exist_ok=True)
        if module.count(".") < 2 and module != "texloom.errors":
            package.mkdir(exist_ok=True)
    for name, text in TESTS.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    return lambda *names: [path.as_posix() for path in quick.tests_of(map(Path, names), graph)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("experiments/toy/model.py", [MODEL]),
        ("experiments/shared/helper.py", [HELPER, MODEL]),  # the second test imports it through toy.model
        ("experiments/toy/__init__.py", [MODEL]),
        ("experiments/shared/__init__.py", [HELPER, MODEL]),
        ("engine/texloom/document/render.py", [RENDER]),  # but not the end-to-end test, which takes minutes
        ("engine/texloom/errors.py", [RENDER, ERRORS]),
        ("engine/texloom/document/untested.py", [RENDER]),
        ("engine/texloom/staleness/plan.py", [RENDER, ERRORS]),  # no test imports it or mirrors its folder
        ("experiments/toy/untested.py", [MODEL]),
        ("experiments/toy/gone.py", [MODEL]),  # deleted
        ("experiments/toy/table.csv", [MODEL]),
        ("theory/answer.tex", [FRAGMENTS]),
        ("theory/answer.py", [FRAGMENTS]),
        ("engine/setup/python.sh", [SCRIPTS]),
        ("engine/texloom/staleness/Snakefile", [RENDER, ERRORS]),
        ("engine/pyproject.toml", [RENDER, ERRORS]),
        ("templates/sections/toy.tex.j2", [RENDER, ERRORS]),
        ("engine/texloom/scaffold/files/experiment/model.py", [RENDER, ERRORS]),
        ("report.toml", [RENDER, ERRORS]),
        ("Makefile", [RENDER, ERRORS]),
        (".ci/run", [RENDER, ERRORS]),
        ("README.md", []),
        ("docs/report.png", []),
        (HELPER, [HELPER]),
        (RENDER, [RENDER]),
        ("tests/experiments/__init__.py", [HELPER]),  # this test imports a module of the package
        ("tests/experiments/judges.py", [HELPER]),
        ("tests/experiments/toy/conftest.py", [MODEL]),
        ("tests/conftest.py", [HELPER, MODEL, SCRIPTS, FRAGMENTS]),
        ("engine/tests/conftest.py", [RENDER, ERRORS]),
        (END_TO_END, [END_TO_END]),
        ("tests/end_to_end/conftest.py", [END_TO_END]),
        ("tests/benchmarks/test_speed.py", []),
        ("engine/tests/document/test_gone.py", []),
        ("engine/tests/document/expected.tex", [RENDER]),
        ("tests/experiments/toy/digits.npz", [MODEL]),
    ],
)
def test_a_change_selects_the_tests_that_it_can_break(select: Select, changed: str, expected: list[str]) -> None:
    assert select(changed) == expected


def test_a_removed_helper_selects_the_tests_that_import_it(select: Select) -> None:
    Path("tests/experiments/judges.py").unlink()
    assert select("tests/experiments/judges.py") == [HELPER]


def test_a_test_that_is_no_python_is_left_to_pytest_to_tell(select: Select) -> None:
    Path(RENDER).write_text("def test(:\n")
    assert select(RENDER) == [RENDER]
    assert select(MODEL) == [MODEL]


def test_several_changes_select_each_test_once(select: Select) -> None:
    changed = ("experiments/toy/model.py", "experiments/shared/helper.py", "theory/answer.tex")
    assert select(*changed) == [HELPER, MODEL, FRAGMENTS]
    assert select() == []


def test_where_the_engine_has_no_tests_a_template_selects_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new report has no tests of the engine."""
    monkeypatch.chdir(tmp_path)
    path = Path("tests/theory/test_fragments.py")
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert quick.tests_of([Path("templates/report.tex.j2")], grimp.ImportGraph()) == []
    assert quick.tests_of([Path("theory/answer.tex")], grimp.ImportGraph()) == [path]


# ---------------------------------------------------------------- what changed


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """A git repository in the current folder, with a committer."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@localhost")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    return lambda *command: subprocess.run(["git", *command], capture_output=True, check=True)


def commit(git: Callable[..., object], **texts: str) -> None:
    """Commit files with these texts."""
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


def test_inside_a_larger_repository_names_are_those_of_the_report(
    git: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init")
    Path("report").mkdir()
    commit(git, **{"above": "", "report/edited": ""})
    monkeypatch.chdir("report")
    assert quick.changed_files() == [Path("edited")]
    Path("edited").write_text("now")
    Path("new").touch()
    Path("../above").write_text("now")
    assert quick.changed_files() == [Path("edited"), Path("new")]


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
    assert quick.changed_files() == [Path("third")]  # the file that the merge added


@pytest.mark.parametrize("commands", [[], [("init",)]], ids=["no repository", "no commit"])
def test_without_a_commit_the_error_says_what_is_needed(
    git: Callable[..., object], commands: list[tuple[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    for command in commands:
        git(*command)
    with pytest.raises(SystemExit) as ended:
        run_command(lambda: print(quick.changed_files()))
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said == "make quick: needs a git commit to compare with\n  make test runs all tests\n"


# ---------------------------------------------------------------- the command


def test_a_message_is_printed_if_nothing_is_selected(
    select: Select, capfd: pytest.CaptureFixture[str], no_graph: None
) -> None:
    assert quick.run([Path("README.md")]) == 0
    assert capfd.readouterr().out == "no quick test covers README.md; make test builds the whole report\n"


@pytest.fixture
def no_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """A project without code."""
    monkeypatch.setattr(quick, "import_graph", lambda _: grimp.ImportGraph())


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (5, 0)])
def test_it_runs_the_selected_files_without_their_slow_tests(
    code: int,
    expected: int,
    select: Select,
    no_graph: None,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The exit code is pytest's, except that having no tests is not a failure."""
    called = []
    monkeypatch.setattr(quick.subprocess, "call", lambda command: called.append(command) or code)
    assert quick.run([Path(f"engine/setup/{name}.sh") for name in "fedcba"]) == expected
    ((python, *options),) = called
    assert (python, options[:2]) == (sys.executable, ["-m", "pytest"])
    assert options[options.index("-m", 1) + 1] == "not slow"
    assert options[-1:] == [SCRIPTS]
    files = ", ".join(f"engine/setup/{name}.sh" for name in "abcde")
    assert capfd.readouterr().out == f"1 test files cover {files} …\n"
