"""New reports: the engine as a wheel, one answer, one experiment, and nothing else of the original report."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from texloom import manifest
from texloom.errors import ReportError
from texloom.scaffold import distribution
from texloom.scaffold import report as reports
from texloom.scaffold.experiment import FILES, KINDS
from texloom.scaffold.report import new_report
from texloom.staleness.locked import entries

pytestmark = pytest.mark.usefixtures("no_committer")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("kind", "stage"), [("analysis", "analysis"), ("training", "train")])
def test_it_has_one_answer_and_one_experiment(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, kind: str, stage: str
) -> None:
    folder = tmp_path / "deep" / "My Report"
    new_report(folder, "parabola", kind, root)
    assert [path.name for path in folder.glob("experiments/*/")] == ["parabola"]
    assert (folder / "experiments" / "parabola" / f"{stage}.py").exists()
    assert {path.stem for path in folder.glob("theory/*.tex")} == {"first_answer", "notation"}
    assert "experiments/parabola/" in (folder / "README.md").read_text(encoding="utf-8")
    monkeypatch.chdir(folder)
    assert [part.name for part in manifest.load().parts] == ["first_answer", "parabola"]


@pytest.mark.parametrize("kind", KINDS)
def test_it_names_the_engine_s_wheel_with_its_digest(tmp_path: Path, root: Path, kind: str) -> None:
    folder = tmp_path / "My Report"
    new_report(folder, "parabola", kind, root)
    (wheel,) = folder.glob("engine/*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = (folder / "requirements.lock").read_text(encoding="utf-8")
    assert f"engine/{wheel.name} \\\n    --hash=sha256:{digest}\n" in lock
    assert ("tensorflow" in {entry.name for entry in entries(lock)}) == (kind == "training")
    pyproject = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["project"]["name"] == "my-report"
    extras = {"analysis": "notebooks,tests", "training": "notebooks,tests,training"}
    assert pyproject["project"]["dependencies"] == [f"texloom[{extras[kind]}]"]
    assert pyproject["tool"]["uv"]["sources"] == {"texloom": {"path": f"engine/{wheel.name}"}}


def test_the_engine_is_a_wheel_and_its_set_up_and_nothing_else(tmp_path: Path, root: Path) -> None:
    new_report(tmp_path / "report", "parabola", "analysis", root)
    setup = {f"setup/{name}" for name in ("python.sh", "tex.sh", "tex-packages.txt")}
    files = contents(tmp_path / "report" / "engine")
    assert {name for name in files if not name.endswith(".whl")} == setup
    for name in setup:
        assert files[name] == (root / "engine" / name).read_bytes()
        assert os.access(tmp_path / "report" / "engine" / name, os.X_OK) == os.access(root / "engine" / name, os.X_OK)


@pytest.mark.parametrize("kind", KINDS)
def test_it_does_not_know_the_report_it_was_made_from(tmp_path: Path, root: Path, kind: str) -> None:
    new_report(tmp_path / "report", "parabola", kind, root)
    for name, text in contents(tmp_path / "report").items():
        if not name.startswith("engine/"):
            for word in ("mnist", "emoji", "inception", "frechet", "autoencoder", "gan_", "sample_quality", "datasets"):
                assert word not in f"{name}\n{text.decode()}".lower(), name


def test_a_report_that_has_only_the_wheel_makes_the_same_report(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second report is made by the engine from the first report's wheel, without uv."""
    first, second = tmp_path / "first", tmp_path / "second"
    new_report(first, "parabola", "analysis", root)
    (wheel,) = first.glob("engine/*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site-packages")
    code = "import sys; from texloom.__main__ import main; sys.argv[0] = 'new'; main()"
    command = [sys.executable, "-S", "-c", code, "new", "--report", str(second), "--name", "parabola"]
    elsewhere = [str(tmp_path / "site-packages"), *(path for path in sys.path if path.endswith("-packages"))]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(elsewhere)}
    finished = subprocess.run(command, cwd=first, env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    renamed = {name: text.replace(b'"second"', b'"first"') for name, text in contents(second).items()}
    assert renamed == contents(first)


def test_a_failure_with_the_wheel_leaves_no_folder(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "SOURCE", tmp_path / "site-packages")
    monkeypatch.setattr(metadata, "version", {"texloom": "3"}.get)
    with pytest.raises(ReportError, match="the engine's wheel is missing"):
        new_report(tmp_path / "report", "parabola", "analysis", root)
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("step", ["put_engine", "describe_project", "new_experiment", "commit"])
def test_a_failure_leaves_nothing_of_it_and_the_same_command_works_then(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, step: str, there: bool
) -> None:
    folder, wheel = tmp_path / "deep" / "down" / "report", tmp_path / "texloom-1-py3-none-any.whl"
    wheel.touch()
    if there:
        folder.mkdir(parents=True)
    monkeypatch.setattr(distribution, "wheel", lambda *_: wheel)
    monkeypatch.setattr(
        reports, "write", lambda files, made: [_write(made / path, text) for path, text in files.items()]
    )
    monkeypatch.setattr(reports, "new_experiment", lambda *_: None)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(reports, step, full)
        with pytest.raises(OSError, match="No space left on device"):
            new_report(folder, "parabola", "analysis", root)
    assert sorted(tmp_path.iterdir()) == sorted([wheel, *([tmp_path / "deep"] if there else [])])
    assert folder.exists() == there
    assert not there or list(folder.iterdir()) == []
    new_report(folder, "parabola", "analysis", root)
    assert (folder / "report.toml").exists()
    assert not list(tmp_path.rglob(".new-report*"))


@pytest.mark.parametrize("there", [False, True])
def test_what_a_killed_one_has_left_is_removed_by_the_next(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "report"
    script = "import os, sys; from pathlib import Path; from texloom.scaffold.report import apart, check_folder\n"
    script += "check_folder(Path(sys.argv[1]))\nwith apart(Path(sys.argv[1])) as made:\n"
    script += "    (made / 'half').touch(); (made.parent.parent / 'wheel').touch(); os.kill(os.getpid(), 9)"
    if there:
        folder.mkdir()
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", script, str(folder)]).returncode == -9
    assert len(list(tmp_path.rglob(".new-report-*"))) == 1
    reports.check_folder(folder)
    with reports.apart(folder) as made:
        assert list(made.iterdir()) == []
        (made / "whole").touch()
    assert [path.name for path in folder.iterdir()] == ["whole"]
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_part_that_a_killed_one_has_put_into_the_user_s_folder_is_reported(tmp_path: Path) -> None:
    script = "import os, sys; from pathlib import Path; from texloom.scaffold import report\n"
    script += "with report.apart(Path(sys.argv[1])) as made:\n"
    script += "    for name in 'ab': (made / name).touch()\n"
    script += (
        "    once = iter([Path.rename]); Path.rename = lambda *a: next(once, lambda *_: os.kill(os.getpid(), 9))(*a)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)]).returncode == -9
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(
        ReportError, match="not an empty folder\n  empty it, because a killed make new left a part of a"
    ):
        reports.check_folder(tmp_path)


def test_two_at_a_time_are_not_made_in_one_place_and_no_folder_of_the_user_s_is_removed(tmp_path: Path) -> None:
    folder, mine = tmp_path / "report", tmp_path / ".new-report-mine" / "notes.txt"
    with reports.apart(folder) as made:
        with pytest.raises(ReportError, match="another process is making a report in"), reports.apart(folder):
            raise AssertionError
        (made / "whole").touch()
    assert (folder / "whole").exists()
    mine.parent.mkdir()
    mine.write_text("mine")
    with (
        pytest.raises(ReportError, match=r"\.new-report-mine is needed as a temporary folder"),
        reports.apart(tmp_path / "mine"),
    ):
        raise AssertionError
    assert mine.read_text() == "mine"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("place", ["full", "file", "file/report"])
def test_a_place_that_is_taken_is_refused_and_left_as_it_is(tmp_path: Path, root: Path, place: str) -> None:
    (tmp_path / "full").mkdir()
    for name in ("full/mine", "file"):
        (tmp_path / name).write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(ReportError, match=f"REPORT: {tmp_path / place} "):
        new_report(tmp_path / place, "parabola", "analysis", root)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(("name", "kind", "what"), [("no-name", "analysis", "NAME: "), ("parabola", "x", "KIND: ")])
def test_a_bad_name_or_kind_makes_no_folder(tmp_path: Path, root: Path, name: str, kind: str, what: str) -> None:
    with pytest.raises(ReportError, match=what):
        new_report(tmp_path / "report", name, kind, root)
    assert not (tmp_path / "report").exists()


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True).stdout


def test_it_begins_with_a_commit_of_everything(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@localhost")
    new_report(tmp_path / "report", "parabola", "analysis", root)
    assert git(tmp_path / "report", "log", "--format=%an: %s") == "A Test: A new report\n"
    assert git(tmp_path / "report", "status", "--porcelain") == ""
    assert ".whl" in git(tmp_path / "report", "ls-files", "engine")
    new_report(tmp_path / "report" / "build" / "inner", "parabola", "analysis", root)
    assert not (tmp_path / "report" / "build" / "inner" / ".git").exists()  # it is inside another repository


def test_it_is_no_repository_if_git_has_no_committer(tmp_path: Path, root: Path) -> None:
    new_report(tmp_path / "report", "parabola", "analysis", root)
    assert not (tmp_path / "report" / ".git").exists()


@pytest.mark.parametrize("name", [".gitignore", "engine/texloom/scaffold/files/report/.gitignore"])
def test_a_link_in_place_of_a_folder_is_ignored_as_the_folder_is(tmp_path: Path, root: Path, name: str) -> None:
    """If git did not ignore the link, the provenance would report uncommitted changes."""
    git(tmp_path, "init")
    (tmp_path / ".gitignore").write_bytes((root / name).read_bytes())
    for each in ("build", "data", ".venv", ".snakemake"):
        (tmp_path / each).symlink_to(root)
    assert git(tmp_path, "status", "--porcelain") == "?? .gitignore\n"


def test_a_file_in_data_belongs_to_the_report_and_fetched_data_do_not(tmp_path: Path, root: Path) -> None:
    git(tmp_path, "init")
    (tmp_path / ".gitignore").write_bytes((FILES / "report" / ".gitignore").read_bytes())
    for name in ("data/rain.csv", "data/stars/part.csv", "data/stars/SHA256SUMS", "data/.stars.lock"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "data" / ".stars.fetching").mkdir()
    (tmp_path / "data" / ".stars.fetching" / "part.csv").touch()
    (tmp_path / "data" / "moons").symlink_to(root)
    assert git(tmp_path, "status", "--porcelain", "--untracked-files=all") == "?? .gitignore\n?? data/rain.csv\n"
