"""What would be made is printed, a line for each job; what stops a plan is said."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from texloom.commands.building import why, workflow
from texloom.errors import ReportError
from texloom.results.places import BuildFolder
from texloom.results.sealed import write_sealed
from texloom.staleness.jobs import Job
from texloom.staleness.made_from import MadeFrom


@pytest.fixture
def planner(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The program that stands for the workflow: its text, and an exit code, are put in here by a test."""
    program: list[str] = []
    monkeypatch.setattr(workflow, "command", lambda *_, **__: [sys.executable, "-c", *program])
    return program


def test_each_job_is_a_line_with_its_reasons(
    planner: list[str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = [Job("train", {"experiment": "toy", "seed": "1"}, ("model.py changed",)), Job("document", {}, ())]
    planner.append(f"print({json.dumps([vars(job) for job in jobs])!r})")
    why.why("report")
    assert capsys.readouterr().out.splitlines() == [str(job) for job in jobs]


def test_lines_whose_reading_is_not_noticed_are_told_once(
    planner: list[str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planner.append("print('[]')")
    build = BuildFolder(Path("build"))
    for seed in (0, 1):
        places = ["a.py:3: calls h5py", f"b.py:{seed}: starts another program (os.system)"]
        made = MadeFrom(reads={"unseen": places if seed else places[:1]})
        write_sealed(build.run_record("toy", seed), made.to_json())
    write_sealed(build.checks, MadeFrom().to_json())
    why.why("report")
    assert capsys.readouterr().out.splitlines() == [
        "nothing to do: everything is up to date",
        "no record holds what these lines read until texloom.results.inputs.reads(path) declares it:",
        "  a.py:3: calls h5py",
        "  b.py:1: starts another program (os.system)",
    ]


def test_no_job_is_said_in_words(planner: list[str], project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planner.append("print('[]')")
    why.why("report")
    assert capsys.readouterr().out == "nothing to do: everything is up to date\n"


def test_a_plan_that_cannot_be_made_says_all_that_was_said(planner: list[str]) -> None:
    planner.append("import sys; sys.exit('report.toml: no\\n  closest: yes')")
    with pytest.raises(ReportError, match=r"report.toml: no\n  closest: yes"):
        why.plan("report")


@pytest.mark.parametrize(("program", "said"), [("import sys; sys.exit('what stops')", "what stops\n"), ("", "")])
def test_what_stops_a_workflow_before_it_starts(program: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    why.print_what_stops([sys.executable, "-c", program])
    assert capsys.readouterr().err == said
