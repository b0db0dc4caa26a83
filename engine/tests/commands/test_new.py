"""`make new`: its output and its errors."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from texloom import __main__ as command
from texloom.commands.entry import run_command
from texloom.scaffold import report as reports

PYPROJECT = '[project]\ndependencies = ["texloom"]\n'


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """The exit code of `python -m texloom new …`, run in this process; None if it simply returns."""
    monkeypatch.setattr(sys, "argv", ["texloom", "new", *arguments])
    try:
        run_command(command.main)
    except SystemExit as ended:
        return ended.code
    return None


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_new_files_are_printed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--name", "second_try") is None
    first, *places = capsys.readouterr().out.splitlines()
    assert first == "second_try is a new experiment, and the last part of report.toml; make builds it"
    assert len(places) == 3
    assert all((project / place.strip()).exists() for place in places)
    assert (project / "experiments" / "second_try" / "analysis.py").exists()  # unless another kind is asked for


def test_missing_packages_are_reported(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text(PYPROJECT)
    (project / "requirements.lock").write_text("")
    last = "it needs more packages, which the next make installs; they are in requirements.lock"
    for name, told in (("second_try", True), ("third_try", False)):
        assert run(monkeypatch, "--name", name, "--kind", "training") is None
        assert (capsys.readouterr().out.splitlines()[-1] == last) == told


def test_a_report_is_made_with_the_name_and_the_kind_that_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called = []
    monkeypatch.setattr(reports, "new_report", lambda *arguments: called.append(arguments))
    folder = tmp_path / "a report"
    assert run(monkeypatch, "--report", str(folder), "--name", "", "--kind", "") is None
    assert capsys.readouterr().out == f"{folder} is a new report; next:\n  cd '{folder}'\n  make\n"
    assert run(monkeypatch, "--report", str(folder), "--name", "parabola", "--kind", "training") is None
    assert called == [(folder, "first_experiment", "analysis"), (folder, "parabola", "training")]


def test_a_report_beside_this_one_may_be_given_by_a_relative_path_and_one_within_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "new_report", lambda *_: None)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "report.toml").touch()
    monkeypatch.chdir(tmp_path / "here")
    assert run(monkeypatch, "--report=../there") is None
    assert run(monkeypatch, "--report=../here/there") == 2


def test_the_printed_cd_works_for_a_folder_with_a_leading_dash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reports, "new_report", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "--report=-mine (v2)") is None
    assert "  cd './-mine (v2)'\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "make new: needs a name\n  make new NAME=my_experiment, or make new REPORT="),
        (("--name", "no-name"), "NAME: 'no-name' cannot be the name of an experiment\n  at most 40 small letters"),
        (("--name", "second_try", "--kind", "x"), "KIND: there is no kind 'x' of experiment\n  there are: analysis"),
        (("--report", "."), "REPORT: . exists and is not an empty folder\n  choose another folder"),
    ],
)
def test_what_cannot_be_is_refused_with_nothing_written(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    before = contents(project)
    assert run(monkeypatch, *arguments) == 2
    assert capsys.readouterr().err.startswith(message)
    assert contents(project) == before


def test_a_mistake_in_the_manifest_is_reported_before_anything_is_written(
    manifest_text: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "report.toml").write_text(manifest_text.replace("author", "autor"))
    before = contents(project)
    assert run(monkeypatch, "--name", "second_try") == 2
    assert "unknown key 'report.autor'" in capsys.readouterr().err
    assert contents(project) == before
