"""New experiments: the places and names of their files, and errors with nothing written."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from texloom import manifest
from texloom.errors import ReportError
from texloom.scaffold import experiment as experiments
from texloom.scaffold.experiment import KINDS, new_experiment
from texloom.staleness.locked import entries

MODULES = {
    "analysis": {"__init__", "analysis", "config", "data", "estimates", "figures", "metrics"},
    "training": {"__init__", "config", "data", "evaluation", "figures", "metrics", "model", "train"},
}
PYPROJECT = '[project]\ndependencies = [\n  "texloom[tests]", # the engine\n]\n'
NUMPY = "numpy==1.0 \\\n    --hash=sha256:aa\n"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def report(project: Path) -> Path:
    """The small project as a report without trainings."""
    (project / "pyproject.toml").write_text(PYPROJECT)
    (project / "requirements.lock").write_text(NUMPY)
    return project


@pytest.mark.parametrize("kind", KINDS)
def test_an_experiment_is_added_with_its_page_and_tests_as_the_last_part(report: Path, kind: str) -> None:
    before = contents(report)
    made = {path.as_posix() for path in new_experiment("second_try", kind).files}
    after = contents(report)
    assert made == after.keys() - before.keys()
    assert {Path(name).stem for name in made if name.startswith("experiments/second_try/")} == MODULES[kind]
    assert "templates/sections/second_try.tex.j2" in made
    tests = {Path(name).stem for name in made if name.startswith("tests/experiments/second_try/")}
    assert tests >= {"test_data", "test_figures", f"test_{'train' if kind == 'training' else kind}"}
    last = manifest.load().sections[-1].parts[-1]
    assert (last.experiment, last.title, last.label) == ("second_try", "Second try", "sec:second-try-experiment")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_of_the_template_s_own_name(report: Path, kind: str) -> None:
    for path in new_experiment("second_try", kind).files:
        text = path.as_posix() + path.read_text(encoding="utf-8")
        for name in ("my_experiment", "my-experiment", "my experiment", "My experiment"):
            assert name not in text, path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["a", "zebra", "long_" * 7 + "names"])
def test_imports_sort_and_lines_break_whatever_the_name(report: Path, name: str, kind: str) -> None:
    """`make check` of a new report requires this."""
    shutil.copy(experiments.FILES / "report" / "pyproject.toml", report)
    files = [path for path in new_experiment(name, kind).files if path.suffix == ".py"]
    for check in (("check",), ("format", "--check")):
        finished = subprocess.run([sys.executable, "-m", "ruff", *check, *files], capture_output=True)
        assert finished.returncode == 0, finished.stdout.decode()


def test_a_full_disk_leaves_all_as_it_was(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file in turn does not fit on the disk."""
    before, writing = contents(report), Path.write_text
    room = 0

    def full(path: Path, *arguments: Any, **options: Any) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            writing(path, "half")
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return writing(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    monkeypatch.setattr(experiments, "tidy", lambda *_: None)
    while True:
        left = room
        try:
            new_experiment("second_try", "training")
        except OSError:
            assert contents(report) == before
            assert not (report / "experiments" / "second_try").exists()
            room += 1
        else:
            break
    assert room == len(contents(report)) - len(before) + 3  # report.toml, pyproject.toml and the lock


def test_a_killed_one_has_not_named_what_is_not_whole(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is killed between two files. The manifest is written last, so that no build needs missing packages."""
    listed, moving, moved = (report / "report.toml").read_text(), shutil.move, []

    def killed(source: Path, target: Path) -> None:
        moved.append(moving(source, target))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(experiments.shutil, "move", killed)
        with pytest.raises(KeyboardInterrupt):
            new_experiment("second_try", "training")
    assert len(moved) == 1
    assert (report / "report.toml").read_text() == listed
    with pytest.raises(ReportError, match=r"exists, but is not in report\.toml"):
        new_experiment("second_try", "training")


def test_files_that_ruff_cannot_put_in_order_are_removed(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(report)

    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    monkeypatch.setattr(experiments, "check_room", full)
    monkeypatch.setattr(experiments.sys, "executable", "/bin/false")
    with pytest.raises(OSError, match="No space left on device"):
        new_experiment("second_try", "analysis")
    assert contents(report) == before


def test_an_analysis_leaves_the_packages_as_they_are(report: Path) -> None:
    before = contents(report)
    assert new_experiment("second_try", "analysis").packages == []
    after = contents(report)
    assert [name for name in before if before[name] != after[name]] == ["report.toml"]


def test_the_first_training_adds_tensorflow_and_the_second_nothing(report: Path) -> None:
    made = new_experiment("second_try", "training")
    assert made.packages == [Path("pyproject.toml"), Path("requirements.lock")]
    assert (report / "pyproject.toml").read_text() == PYPROJECT.replace("[tests]", "[tests,training]")
    lock = (report / "requirements.lock").read_text()
    assert lock.startswith(NUMPY)  # the author's version
    assert {"tensorflow", "tensorboard"} <= {entry.name for entry in entries(lock)}
    assert new_experiment("third_try", "training").packages == []
    assert (report / "requirements.lock").read_text() == lock


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
        ("lambda", "is a keyword of Python"),
        ("theory", "is reserved: it is the folder of the written answers' figures"),
        ("toy", "there is an experiment 'toy' already"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_written(report: Path, name: str, what: str) -> None:
    before = contents(report)
    with pytest.raises(ReportError, match=f"NAME: .*{what}\n  "):
        new_experiment(name, "analysis")
    assert contents(report) == before


def test_an_unknown_kind_is_refused_and_nothing_written(report: Path) -> None:
    before = contents(report)
    with pytest.raises(ReportError, match=r"there is no kind 'trainin' of experiment\n.*closest: 'training'"):
        new_experiment("second_try", "trainin")
    assert contents(report) == before


def test_a_file_that_is_in_the_way_is_not_overwritten(report: Path) -> None:
    page = Path("templates/sections/second_try.tex.j2")
    page.write_text("mine")
    with pytest.raises(ReportError, match=r"second_try\.tex\.j2: exists, but is not part of a complete experiment"):
        new_experiment("second_try", "analysis")
    assert page.read_text() == "mine"
    assert not Path("experiments/second_try").exists()


def test_a_project_that_does_not_require_the_engine_gets_no_training(report: Path) -> None:
    (report / "pyproject.toml").write_text("[project]\ndependencies = []\n")
    before = contents(report)
    with pytest.raises(ReportError, match="does not require texloom"):
        new_experiment("second_try", "training")
    assert contents(report) == before
