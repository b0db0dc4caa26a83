"""Builds: one at a time, errors before anything is run, the last good PDF is kept."""

from __future__ import annotations

import argparse
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from texloom import __main__ as command
from texloom import manifest
from texloom.commands.building import build, why
from texloom.commands.building import publish as publishing
from texloom.commands.entry import run_command
from texloom.errors import ReportError
from texloom.machine.interrupts import MARK
from texloom.machine.stage_errors import STAGE_ERRORS
from texloom.staleness import stamps, watched


def test_unknown_experiment_is_refused_before_anything_runs(project: Path) -> None:
    with pytest.raises(ReportError, match=r"report.toml has no experiment 'toi'\n.*closest: 'toy'"):
        build.build("figures", "report", experiment="toi")
    assert not (project / ".snakemake").exists()


def complete_the_experiment(project: Path) -> None:
    """Add the other files that a build requires of an experiment."""
    for name, text in {
        "__init__.py": "DATA = ()\n",
        "config.py": "class Config: ...\n",
        "train.py": "def train(config, seed, run, checkpoint): ...\n",
        "figures.py": "def figures(runs): ...\ndef tables(runs): ...\n",
    }.items():
        (project / "experiments" / "toy" / name).write_text(text)


@pytest.mark.parametrize(
    "command", [lambda: build.build("report", "report"), lambda: run_command(lambda: why.why("report"))]
)
def test_a_misspelt_metric_is_reported_before_anything_runs(
    project: Path, command: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "templates" / "sections" / "toy.tex.j2").write_text("\\VAR{m.los}")
    complete_the_experiment(project)
    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code == 2
    assert capfd.readouterr().err.startswith("templates/sections/toy.tex.j2:1: unknown metric 'los' of toy\n")
    assert not (project / "build").exists()


class Workflow:
    """Replaces the process that makes a target: it runs the code `does`, as a stage would, and exits with `code`.

    If `said` is given, a call with --plan prints it and ends with the same exit code; otherwise --plan succeeds.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int, said: str = "", does: str = "pass") -> None:
        plan = f"'--plan' in sys.argv and (sys.stderr.write({said!r}), sys.exit({code if said else 0}))"
        script = f"import sys; {plan}; {does}; sys.exit({code})"
        monkeypatch.setattr(build.workflow, "command", lambda *_, **__: [sys.executable, "-c", script])


def test_a_failed_stage_ends_with_2_and_publishes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "build" / "tex").mkdir(parents=True)
    (project / "build" / "tex" / "report.pdf").write_bytes(b"half made")
    (project / "build" / "report.pdf").write_bytes(b"last good")
    Workflow(monkeypatch, 1, does="open('.snakemake/told', 'w').close()")
    with pytest.raises(SystemExit) as ended:
        build.build("report", "report")
    assert ended.value.code == 2
    assert (project / "build" / "report.pdf").read_bytes() == b"last good"
    assert capsys.readouterr() == ("", "")


def test_a_stage_that_was_killed_is_reported(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".snakemake").mkdir()
    (project / ".snakemake" / "told").touch()  # left by the previous build
    Workflow(monkeypatch, 1)
    with pytest.raises(ReportError, match=r"^make: a stage was killed.*\n  run make again to continue"):
        build.build("report", "report")


def test_a_killed_workflow_is_reported_and_leaves_no_stage_running(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid"
    does = f"import os, signal, subprocess; open('pid', 'w').write(str({stage})); os.kill(os.getpid(), signal.SIGKILL)"
    Workflow(monkeypatch, 1, does=does)
    message = r"^make: the process that runs the stages was killed by SIGKILL, perhaps because memory ran out"
    with pytest.raises(ReportError, match=rf"{message}\n  run make again to continue"):
        build.build("report", "report")
    with suppress(psutil.NoSuchProcess):
        assert psutil.Process(int(Path("pid").read_text())).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(("code", "told"), [(1, "MissingInputException"), (2, "")])
def test_a_failed_plan_is_reported_once(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int, told: str
) -> None:
    """With exit code 2 the process has printed the author's error itself."""
    Workflow(monkeypatch, code, "MissingInputException")
    with pytest.raises(SystemExit) as ended:
        build.build("theory", "report")
    assert ended.value.code == 2
    assert capsys.readouterr().err == told


def test_the_requested_target_is_passed_to_the_workflow(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(
        build.processes, "run", lambda command, **_: seen.append(command) or subprocess.CompletedProcess("", 2)
    )
    with pytest.raises(SystemExit):
        build.build("figures", "smoke", experiment="toy", force=True)
    with pytest.raises(SystemExit):
        build.build("report", "report")
    assert [command[3:] for command in seen] == [
        ["figures", "--profile", "smoke", "--experiment", "toy", "--force"],
        ["report", "--profile", "report"],
    ]


LEFT = (
    "build/checks.json.partial",
    "build/runs/toy/seed-0.partial/metrics.json",
    ".snakemake/built-report-report.partial",
)


def leave_half_written() -> None:
    for path in map(Path, LEFT):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")


def test_a_document_of_edited_text_leaves_nothing_half_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_half_written()
    for name in ("_lint", "make_document", "publish", "record_inputs"):
        monkeypatch.setattr(build, name, lambda *_, **__: None)
    build.refresh_text("report", "report", manifest.load(), {})
    assert [name for name in LEFT if Path(name).exists()] == []


def test_the_check_of_templates_leaves_messages_of_interrupts_to_the_build(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the build reports an interrupt; errors are printed, whatever the last build reported."""
    STAGE_ERRORS.parent.mkdir()
    STAGE_ERRORS.write_text("of the last build")
    marked: list[tuple[bool, bool]] = []

    def run(_: list[str]) -> subprocess.CompletedProcess[str]:
        marked.append((MARK in os.environ, STAGE_ERRORS.exists()))
        return subprocess.CompletedProcess("", 2)

    monkeypatch.setattr(build.processes, "run", run)
    with pytest.raises(SystemExit):
        build.refresh_text("report", "report", manifest.load(), {})
    assert marked == [(True, False)]


@pytest.mark.parametrize(
    ("changed", "checked"),
    [
        (["theory/alpha_text.tex", "theory/references.bib"], False),
        (["theory/alpha_text.tex", "templates/sections/toy.tex.j2"], True),  # also if the template changed long ago
        (["templates/report.tex.j2"], True),
        ([], True),
        (None, True),
    ],
)
def test_templates_are_checked_unless_only_derivations_changed_since_the_last_document(
    project: Path, monkeypatch: pytest.MonkeyPatch, changed: list[str] | None, checked: bool
) -> None:
    known = stamps.Known(Path("build/report.pdf"), [*map(Path, changed or ())], only_text=True, committed=False)
    monkeypatch.setattr(stamps, "changed_since_built", lambda *_: None if changed is None else known)
    calls: list[str] = []
    monkeypatch.setattr(build, "_lint", lambda: calls.append("lint"))
    for name in ("make_document", "publish", "record_inputs"):
        monkeypatch.setattr(build, name, lambda *_, **__: None)
    build.refresh_text("report", "report", manifest.load(), {})
    assert calls == ["lint"] * checked


def test_what_is_edited_while_templates_are_checked_is_known_to_be_of_after_the_start(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, kept = watched.sources(), []
    known = stamps.Known(Path("build/report.pdf"), [Path("templates/a.tex.j2")], only_text=True, committed=False)
    monkeypatch.setattr(stamps, "changed_since_built", lambda *_: known)
    monkeypatch.setattr(build, "_lint", lambda: Path("theory/alpha_text.tex").write_text("edited meanwhile"))
    for name in ("make_document", "publish"):
        monkeypatch.setattr(build, name, lambda *_, **__: None)
    monkeypatch.setattr(build, "record_inputs", lambda *given: kept.append(given[-1]))
    build.build("report", "report")
    assert kept == [before]
    assert watched.sources() != before


@pytest.mark.parametrize("committed", [False, True])
def test_the_answer_that_nothing_has_changed_leaves_nothing_half_written_and_needs_no_room(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], committed: bool
) -> None:
    leave_half_written()
    known = stamps.Known(Path("build/report.pdf"), [], only_text=False, committed=committed)
    monkeypatch.setattr(stamps, "changed_since_built", lambda *_: known)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(publishing, "store_summary", full)
    options = {"target": "report", "profile": "report", "experiment": "", "force": False}
    command.build(argparse.Namespace(**options))
    assert capsys.readouterr().out.startswith("build/report.pdf is up to date (")
    assert [name for name in LEFT if Path(name).exists()] == []
