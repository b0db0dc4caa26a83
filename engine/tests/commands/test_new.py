"""New experiments and reports: where their files go, under which name, and what is refused with nothing written."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from texloom import __main__ as command
from texloom import manifest
from texloom.commands import new
from texloom.commands.entry import run_command
from texloom.errors import ReportError

PART = '[[sections.parts]]\ntitle = "More"\nexperiment = "more"\n'


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """The exit code of `python -m texloom new …`, in this process; None when it simply ends."""
    monkeypatch.setattr(sys, "argv", ["texloom", "new", *arguments])
    try:
        run_command(command.main)
    except SystemExit as ended:
        return ended.code
    return None


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git does not know who commits."""
    for name in os.environ:
        if name.startswith("GIT_") or name == "EMAIL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.useConfigOnly")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")


# ---------------------------------------------------------------- an experiment


def test_an_experiment_is_added_with_its_page_and_tests_as_the_last_part(project: Path) -> None:
    before = contents(project)
    made = {path.as_posix() for path in new.new_experiment("second_try")}
    after = contents(project)
    assert made == after.keys() - before.keys()
    modules = ("__init__", "data", "evaluation", "figures", "model", "train")
    assert {f"experiments/second_try/{module}.py" for module in modules} <= made
    assert "templates/sections/second_try.tex.j2" in made
    assert {f"tests/experiments/second_try/test_{module}.py" for module in modules[1:]} <= made
    assert [name for name in before if before[name] != after[name]] == ["report.toml"]
    last = manifest.load().sections[-1].parts[-1]
    assert (last.experiment, last.title, last.label) == ("second_try", "Second try", "sec:second-try-experiment")


def test_nothing_is_left_of_the_scaffold_s_own_name(project: Path) -> None:
    for path in new.new_experiment("second_try"):
        text = path.as_posix() + path.read_text(encoding="utf-8")
        for name in ("my_experiment", "my-experiment", "my experiment", "My experiment"):
            assert name not in text, path


@pytest.mark.parametrize("name", ["a", "zebra", "long_" * 7 + "names"])
def test_imports_sort_and_lines_break_whatever_the_name(project: Path, root: Path, name: str) -> None:
    """`a` stands before `common`, `zebra` behind it."""
    (project / "experiments" / "common").mkdir()
    (project / "pyproject.toml").write_bytes((root / "pyproject.toml").read_bytes())
    files = [path for path in new.new_experiment(name) if path.suffix == ".py"]
    for check in (("check",), ("format", "--check")):
        finished = subprocess.run([sys.executable, "-m", "ruff", *check, *files], capture_output=True)
        assert finished.returncode == 0, finished.stdout.decode()


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("my-experiment", "cannot be the name of an experiment"),
        ("My_experiment", "cannot be the name of an experiment"),
        ("2nd", "cannot be the name of an experiment"),
        ("with space", "cannot be the name of an experiment"),
        ("über", "cannot be the name of an experiment"),
        ("../outside", "cannot be the name of an experiment"),
        ("_private", "cannot be the name of an experiment"),
        ("trailing_", "cannot be the name of an experiment"),
        ("two__underscores", "cannot be the name of an experiment"),
        ("x" * 41, "cannot be the name of an experiment"),
        ("lambda", "is a word of Python's own"),
        ("common", "is taken: what experiments share is there"),
        ("theory", "is taken: the figures of the written answers lie there"),
        ("toy", "there is an experiment 'toy' already"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_written(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, what: str
) -> None:
    before = contents(project)
    assert run(monkeypatch, "--name", name) == 2
    first, way_out = capsys.readouterr().err.splitlines()
    assert first.startswith("NAME: ")
    assert what in first
    assert way_out.startswith("  ")
    assert contents(project) == before


def test_a_file_that_is_in_the_way_is_not_overwritten(project: Path) -> None:
    page = Path("templates/sections/second_try.tex.j2")
    page.write_text("mine")
    with pytest.raises(ReportError, match=r"second_try\.tex\.j2: is there already"):
        new.new_experiment("second_try")
    assert page.read_text() == "mine"
    assert not Path("experiments/second_try").exists()


def test_a_mistake_in_the_manifest_is_told_before_anything_is_written(
    manifest_text: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "report.toml").write_text(manifest_text.replace("author", "autor"))
    before = contents(project)
    assert run(monkeypatch, "--name", "second_try") == 2
    assert "unknown key 'report.autor'" in capsys.readouterr().err
    assert contents(project) == before


def test_what_was_made_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--name", "second_try") is None
    first, *places = capsys.readouterr().out.splitlines()
    assert first == "second_try is a new experiment, and the last part of report.toml; make builds it"
    assert len(places) == 3
    assert all((project / place.strip()).exists() for place in places)


def test_neither_name_nor_report_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 2
    assert capsys.readouterr().err.startswith(
        "make new: needs a name\n  make new NAME=my_experiment, or make new REPORT="
    )


# ---------------------------------------------------------------- its place in the manifest


def test_the_part_stands_at_the_end_of_the_last_section_and_all_else_is_kept(manifest_text: str) -> None:
    longer = new.with_part(manifest_text, PART)
    head, tail = manifest_text.split("\n[profiles.report]")
    assert longer == f"{head}\n{PART}\n[profiles.report]{tail}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[sections]]\n[[sections.parts]]\na = 1\n", "[[sections]]\n[[sections.parts]]\na = 1\n\n{part}"),
        ("[[sections]]\n[[sections.parts]]\na = 1", "[[sections]]\n[[sections.parts]]\na = 1\n\n{part}"),
        (
            "[[sections]]\n[[sections.parts]]\na = [\n  1,\n]  # one\n\n# of x\n\n[x]\n# y\n",
            "[[sections]]\n[[sections.parts]]\na = [\n  1,\n]  # one\n\n{part}\n# of x\n\n[x]\n# y\n",
        ),
        ("[[ sections ]]\n[[sections . parts]]\n", "[[ sections ]]\n[[sections . parts]]\n\n{part}"),
        ("[[sections]]\nb = 2\n[x]\n", "[[sections]]\nb = 2\n\n{part}[x]\n"),
    ],
)
def test_comments_of_what_follows_stay_with_it(text: str, expected: str) -> None:
    longer = new.with_part(text, PART)
    assert longer == expected.format(part=PART)
    assert tomllib.loads(longer)["sections"][-1]["parts"][-1]["experiment"] == "more"


@pytest.mark.parametrize(
    "text", ['sections = [{title = "One", parts = []}]\n', '[[sections]]\nparts = [{theory = "x"}]\n[x]\n']
)
def test_sections_written_otherwise_are_left_to_the_author(text: str) -> None:
    with pytest.raises(
        ReportError, match=r"report\.toml: the end of the last section is not found\n  write each section below"
    ):
        new.with_part(text, PART)


# ---------------------------------------------------------------- a report


def test_a_new_report_has_the_engine_one_answer_and_one_experiment(
    tmp_path: Path, root: Path, nobody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "deep" / "My Report"
    new.new_report(folder)
    files = contents(folder)
    for name in (
        "engine/texloom/staleness/plan.py",
        "engine/texloom/training/loop.py",
        "templates/preamble.tex",
        "setup/tex.sh",
        "Snakefile",
    ):
        assert files[name] == (root / name).read_bytes()
    assert files["requirements.lock"] == (root / "requirements.lock").read_bytes()
    assert os.access(folder / "setup" / "python.sh", os.X_OK) == os.access(root / "setup" / "python.sh", os.X_OK)
    assert not [name for name in files if name.endswith((".pyc", ".pdf"))]
    assert {path.parent.name for path in folder.glob("experiments/*/train.py")} == {"first_experiment"}
    assert {path.stem for path in folder.glob("theory/*.tex")} == {"first_answer", "notation"}
    monkeypatch.chdir(folder)
    assert [part.name for part in manifest.load().parts] == ["first_answer", "first_experiment"]
    assert tomllib.loads(files["pyproject.toml"].decode())["project"]["name"] == "my-report"


def test_a_new_report_does_not_know_ours(tmp_path: Path, root: Path, nobody: None) -> None:
    """Neither experiments nor written answers nor tests of this report are carried along."""
    new.new_report(tmp_path / "report")
    ours = {path.parent.name for path in root.glob("experiments/*/train.py")}
    ours |= {path.stem for path in root.glob("theory/*.tex")} - {"notation"}
    assert not [path for path in (tmp_path / "report").rglob("*") if path.stem in ours]


def test_the_makefile_of_a_new_report_asks_for_nothing_that_is_not_there(tmp_path: Path, nobody: None) -> None:
    new.new_report(tmp_path / "report")
    makefile = (tmp_path / "report" / "Makefile").read_text(encoding="utf-8")
    for name in ("bench", "browser:", "browser.sh", "browser\n"):
        assert name not in makefile
    for verb in ("all", "theory", "test", "test-slow", "quick", "check", "new", "help"):
        assert f"\n{verb}:" in makefile
    assert "\n\t$(TOGETHER) python-and-data tex\n\t@$(TEST) -m slow" in makefile


def test_its_experiment_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nobody: None) -> None:
    assert run(monkeypatch, "--report", str(tmp_path / "report"), "--name", "parabola") is None
    assert (tmp_path / "report" / "experiments" / "parabola" / "train.py").exists()
    assert "experiments/parabola/" in (tmp_path / "report" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["full", "file", "below a file"])
def test_a_place_that_is_taken_is_refused_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    (tmp_path / "full").mkdir()
    for name in ("full/mine", "file"):
        (tmp_path / name).write_text("mine")
    before = contents(tmp_path)
    folder = tmp_path / {"full": "full", "file": "file", "below a file": "file/report"}[kind]
    assert run(monkeypatch, "--report", str(folder)) == 2
    assert capsys.readouterr().err.startswith(f"REPORT: {folder} ")
    assert contents(tmp_path) == before


def test_a_bad_name_makes_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--report", str(tmp_path / "report"), "--name", "no-name") == 2
    assert capsys.readouterr().err.startswith("NAME: 'no-name'")
    assert not (tmp_path / "report").exists()


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True).stdout


def test_it_begins_with_a_commit_of_everything(tmp_path: Path, nobody: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@localhost")
    new.new_report(tmp_path / "report")
    assert git(tmp_path / "report", "log", "--format=%an: %s") == "A Test: A new report\n"
    assert git(tmp_path / "report", "status", "--porcelain") == ""
    new.new_report(tmp_path / "report" / "build" / "inner")
    assert not (tmp_path / "report" / "build" / "inner" / ".git").exists()  # it is inside another repository


def test_it_is_no_repository_when_git_knows_nobody(tmp_path: Path, nobody: None) -> None:
    new.new_report(tmp_path / "report")
    assert not (tmp_path / "report" / ".git").exists()
