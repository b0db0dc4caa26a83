"""The first cell: it finds the surrounding project, or else unpacks modules and installs missing packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from texloom.notebook.runtime import setup
from texloom.notebook.setup_cell import pack


def test_the_project_around_a_folder_is_found_if_it_has_the_experiment(project: Path) -> None:
    notebooks = project / "build" / "notebooks"
    notebooks.mkdir(parents=True)
    assert setup.find_project(notebooks, "toy") == project
    assert setup.find_project(notebooks, "other") is None
    (project / "report.toml").unlink()
    assert setup.find_project(notebooks, "toy") is None


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which a replacement of Python stores its arguments; if the file exists, it fails with "no luck".

    The interpreter itself is replaced, so that no test can install anything by mistake.
    """
    asked, python = tmp_path / "asked.txt", tmp_path / "python"
    python.write_text(f'#!/bin/sh\n[ -e "{asked}" ] && echo "no luck" >&2 && exit 1\nprintf "%s\\n" "$@" > "{asked}"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    return asked


def test_only_what_is_missing_is_installed_at_its_locked_version(
    asked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.install_missing({"json": ["json==1"]})
    assert not asked.exists()
    lines = ["no-such==2.1 ; python_version < '3.12'", "no-such==3"]
    setup.install_missing({"json": ["json==1"], "no_such_module": lines})
    assert asked.read_text().splitlines() == ["-m", "pip", "install", *lines]
    assert capsys.readouterr().out == "installing no_such_module\n"


def test_the_output_of_pip_is_reported_if_it_fails(asked: Path) -> None:
    asked.touch()
    with pytest.raises(RuntimeError, match="pip could not install them:\nno luck"):
        setup.install_missing({"no_such_module": ["no-such==3"]})


def test_in_a_project_its_root_becomes_the_folder_and_nothing_is_unpacked(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (project / "build").mkdir()
    monkeypatch.chdir(project / "build")
    monkeypatch.setattr(setup, "install_missing", lambda requirements: pytest.fail("in a project nothing is installed"))
    assert setup.prepare("toy", {"no_such_module": ["no-such==1"]}, "not packed")
    assert (Path.cwd(), sys.path[0]) == (project, str(project))
    assert setup.prepare("toy", {}, "")  # a second time, as when the cell is run again
    assert sys.path.count(str(project)) == 1


def test_elsewhere_the_carried_modules_are_used_and_the_folder_stays(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack(["experiments.toy.train"])
    elsewhere = tmp_path_factory.mktemp("empty")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert not setup.prepare("toy", {}, packed)
    assert Path.cwd() == elsewhere
    assert sys.path[0] == str(elsewhere / "report_project")
    assert (elsewhere / "report_project" / "experiments" / "toy" / "train.py").exists()


def test_the_cell_needs_nothing_but_python() -> None:
    names = {
        line.split()[1].partition(".")[0]
        for line in Path(setup.__file__).read_text().splitlines()
        if "import" in line.split()[:1]
    }
    assert names <= sys.stdlib_module_names
