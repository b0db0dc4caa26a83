"""`make why`: a line for each job, and the error if planning fails."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.commands.building import costs, why, workflow
from texloom.errors import ReportError
from texloom.results.places import RUN_RECORD, BuildFolder
from texloom.results.runs import Runs
from texloom.results.sealed import write_sealed
from texloom.staleness import stamps
from texloom.staleness.jobs import Job
from texloom.staleness.made_from import MadeFrom


@pytest.fixture
def planner(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The program that replaces the workflow; tests add its output and exit code."""
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


def test_lines_whose_reads_are_not_recorded_are_reported_once(
    planner: list[str], project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    planner.append("print('[]')")
    monkeypatch.setattr(why, "_publications", lambda _: [])
    build = BuildFolder(Path("build"))
    for seed in (0, 1):
        places = ["a.py:3: calls h5py", f"b.py:{seed}: starts another program (os.system)"]
        made = MadeFrom(reads={"unseen": places if seed else places[:1]})
        write_sealed(build.run_record("toy", seed), made.to_json())
    write_sealed(build.checks, MadeFrom().to_json())
    why.why("report")
    assert capsys.readouterr().out.splitlines() == [
        "nothing to do: everything is up to date",
        "the files that these lines read are not recorded; declare them with texloom.results.inputs.reads(path):",
        "  a.py:3: calls h5py",
        "  b.py:1: starts another program (os.system)",
    ]


@pytest.fixture
def published(planner: list[str], make_runs: Callable[..., Runs]) -> BuildFolder:
    """A completely built and published report."""
    planner.append("print('[]')")
    build = BuildFolder(Path("build"))
    runs = make_runs({"loss": (1.0, "")}, {"loss": (2.0, "")})
    for run in runs:
        write_sealed(run.folder / RUN_RECORD, run.record | {"seconds": 1.0, "peak_mib": 2, "processor": "one"})
    write_sealed(build.figure_index("toy"), {"files": {"walk.gif": ""}})
    for path in (build.made("report"), build.public("report"), *build.animations(), *build.animations().values()):
        path.parent.mkdir(exist_ok=True)
        path.write_text("made")
    costs.write_costs(build, Runs.load(build.folder, "toy", [0, 1]))
    return build


def test_an_empty_plan_prints_a_message(
    project: Path, published: BuildFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    why.why("report")
    assert capsys.readouterr().out == "nothing to do: everything is up to date\n"


@pytest.mark.parametrize("name", ["report.pdf", "costs.json", "toy_walk.gif"])
def test_what_is_changed_where_it_is_published_is_published_again(
    project: Path, published: BuildFolder, name: str
) -> None:
    (published.folder / name).write_text("mine")
    assert [str(job) for job in why.plan("report")] == [f"publish build/{name}: it was changed"]
    (published.folder / name).unlink()
    assert [str(job) for job in why.plan("report")] == [f"publish build/{name}: it is gone"]


def test_no_plan_is_made_if_the_quick_check_finds_no_change(
    planner: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make why` uses the same quick check as `make`, without changing anything."""
    planner.append("import sys; sys.exit('planned')")
    kept: list[bool] = []
    known = stamps.Known(Path("build/report.pdf"), [], only_text=False, committed=True)
    monkeypatch.setattr(stamps, "changed_since_built", lambda *_, keep: kept.append(keep) or known)
    assert (why.plan("report"), kept) == ([], [False])
    known.changed.append(Path("theory/alpha_text.tex"))
    with pytest.raises(ReportError, match="planned"):
        why.plan("report")


def test_a_failed_plan_reports_all_messages(planner: list[str]) -> None:
    planner.append("import sys; sys.exit('report.toml: no\\n  closest: yes')")
    with pytest.raises(ReportError, match=r"report.toml: no\n  closest: yes"):
        why.plan("report")


@pytest.mark.parametrize(("program", "said"), [("import sys; sys.exit('what stops')", "what stops\n"), ("", "")])
def test_what_stops_a_workflow_before_it_starts(program: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    why.print_planning_error([sys.executable, "-c", program])
    assert capsys.readouterr().err == said
