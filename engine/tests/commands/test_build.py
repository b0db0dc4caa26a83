"""Builds: Snakemake's dry run in our words, one build at a time, and the last good PDF kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom import manifest
from texloom.commands import build
from texloom.errors import ReportError
from texloom.results import places
from texloom.results.runs import Runs
from texloom.results.sealed import write_sealed

DRY_RUN = """\
Assuming unrestricted shared filesystem usage.
Building DAG of jobs...

[Sun Nov 22 16:19:34 2026]
rule train:
    input: experiments/__init__.py, engine/texloom/training/loop.py, data/mnist/SHA256SUMS
    output: build/smoke/runs/denoising_autoencoder/seed-2/run.json
    jobid: 5
    reason: Updated input files: engine/texloom/training/loop.py
    wildcards: experiment=denoising_autoencoder, seed=2
    threads: 2
    resources: tmpdir=/tmp
[Sun Nov 22 16:19:34 2026]
rule train:
    input: experiments/__init__.py, engine/texloom/training/loop.py
    output: build/smoke/runs/denoising_autoencoder/seed-0/run.json
    jobid: 2
    reason: Missing output files: build/smoke/runs/denoising_autoencoder/seed-0/run.json
    wildcards: experiment=denoising_autoencoder, seed=0
    threads: 2
    resources: tmpdir=/tmp
[Sun Nov 22 16:19:34 2026]
rule theory_figures:
    input: theory/__init__.py, engine/texloom/errors.py
    output: build/smoke/figures/theory/index.json
    jobid: 8
    reason: Set of input files has changed since last execution
    resources: tmpdir=/tmp
[Sun Nov 22 16:19:34 2026]
rule draw:
    input: build/smoke/runs/denoising_autoencoder/seed-0/run.json
    output: build/smoke/figures/denoising_autoencoder/index.json
    jobid: 6
    reason: Missing output files: build/smoke/a.json; Input files updated by another job: build/smoke/b.json, build/c
    wildcards: experiment=denoising_autoencoder
    resources: tmpdir=/tmp
[Sun Nov 22 16:19:34 2026]
localrule report:
    input: build/smoke/tex/report.pdf
    jobid: 0
    reason: Input files updated by another job: build/smoke/tex/report.pdf
    resources: tmpdir=/tmp
Reasons:
    (check individual jobs above for details)
    input files updated by another job:
        draw, report, document
This was a dry-run (flag -n). The order of jobs does not reflect the order of execution.
"""


def test_planned_jobs_in_words() -> None:
    assert build.planned_jobs(DRY_RUN) == [
        "train denoising_autoencoder, seed 2: engine/texloom/training/loop.py changed",
        "train denoising_autoencoder, seed 0: not made yet",
        "theory figures: it has other inputs than before",
        "draw denoising_autoencoder: not made yet; what it is made from is made anew",
    ]


def test_nothing_planned() -> None:
    assert build.planned_jobs("Building DAG of jobs...\nNothing to be done.\n") == []


def test_a_reason_that_snakemake_may_invent_is_passed_on() -> None:
    text = "rule draw:\n    input: a\n    reason: Something new\n"
    assert build.planned_jobs(text) == ["draw: Something new"]


def test_published_pdf_is_replaced_only_by_other_bytes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = manifest.load().profile("report")
    made, public = project / "build" / "tex" / "report.pdf", project / "build" / "report.pdf"
    made.parent.mkdir(parents=True)
    made.with_name("summary.json").write_text("{}")
    made.write_bytes(b"first")
    build.publish("report", profile, time.perf_counter())
    assert "build/report.pdf is ready (" in capsys.readouterr().out
    os.utime(public, (1, 1))
    build.publish("report", profile, time.perf_counter())
    assert public.stat().st_mtime == 1
    assert "is up to date" in capsys.readouterr().out
    made.write_bytes(b"second")
    build.publish("report", profile, time.perf_counter())
    assert public.read_bytes() == b"second"
    assert [path.name for path in public.parent.iterdir() if path.is_file()] == ["report.pdf"]


def test_animations_are_put_beside_the_pdf(project: Path) -> None:
    drawn = project / "build" / "figures" / "toy" / "training.gif"
    drawn.parent.mkdir(parents=True)
    drawn.write_bytes(b"moving")
    build.publish_animations(manifest.load().profile("report"))
    assert (project / "build" / "toy_training.gif").read_bytes() == b"moving"


def commit_all() -> str:
    git = ["git", "-c", "user.name=A Test", "-c", "user.email=test@localhost"]
    for command in (["init", "--quiet"], ["add", "--force", "report.toml"], ["commit", "--quiet", "--message", "one"]):
        subprocess.run([*git, *command], check=True)
    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def test_a_build_of_a_clean_checkout_is_remembered_and_no_other(project: Path) -> None:
    profile = manifest.load().profile("report")
    made = project / "build" / "tex" / "summary.json"
    made.parent.mkdir(parents=True)
    made.write_text("{}")
    (project / ".gitignore").write_text("*\n")
    kept = project / "build" / "history" / f"{commit_all()}.json"
    build.remember(profile)
    assert kept.read_text() == "{}"
    made.write_text("{1}")
    (project / "report.toml").write_text((project / "report.toml").read_text() + "\n")
    build.remember(profile)
    assert kept.read_text() == "{}"


def test_only_a_build_that_trained_everything_is_timed(project: Path) -> None:
    report = manifest.load()
    profile, record = report.profile("report"), project / "build" / places.WHOLE
    runs = [project / "build" / "runs" / "toy" / f"seed-{seed}" / "run.json" for seed in (0, 1)]
    for run in runs:
        run.parent.mkdir(parents=True)
        run.write_text("{}")
    began = time.time() - 60
    os.utime(runs[1], (began - 1, began - 1))
    build.remember_duration(profile, report, began)
    assert not record.exists()
    os.utime(runs[1], (began + 1, began + 1))
    build.remember_duration(profile, report, began)
    kept = json.loads(record.read_text())
    assert kept["trainings"] == 2
    assert 60 <= kept["seconds"] < 65


def test_costs_stand_beside_the_document(make_runs: Callable[..., Runs], project: Path) -> None:
    for run in make_runs({"loss": (1.0, "")}, {"loss": (2.0, "")}):
        record = run.record | {"seconds": 10.5 + run.seed, "peak_mib": 512, "processor": "a processor"}
        write_sealed(run.folder / "run.json", record)
    report = manifest.load()
    build.write_costs(report.profile("report"), report)
    costs = json.loads((project / "build" / places.COSTS).read_text())
    assert [(each["experiment"], each["seed"], each["seconds"]) for each in costs] == [
        ("toy", 0, 10.5),
        ("toy", 1, 11.5),
    ]
    assert {(each["peak_mib"], each["processor"]) for each in costs} == {(512, "a processor")}


def test_unknown_experiment_is_refused_before_anything_runs(project: Path) -> None:
    with pytest.raises(ReportError, match=r"report.toml has no experiment 'toi'\n.*closest: 'toy'"):
        build.build("figures", "report", experiment="toi")
    assert not (project / ".snakemake").exists()


def test_a_failed_stage_ends_with_2_and_publishes_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "build" / "tex").mkdir(parents=True)
    (project / "build" / "tex" / "report.pdf").write_bytes(b"half made")
    (project / "build" / "report.pdf").write_bytes(b"last good")
    monkeypatch.setattr(build, "snakemake_command", lambda *_: [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(SystemExit) as ended:
        build.build("report", "report")
    assert ended.value.code == 2
    assert (project / "build" / "report.pdf").read_bytes() == b"last good"


@pytest.mark.parametrize("command", [lambda: build.build("report", "report"), lambda: build.why("report")])
def test_a_misspelt_metric_is_told_before_anything_runs(
    project: Path, command: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "templates" / "sections" / "toy.tex.j2").write_text("\\VAR{m.los}")
    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code == 2
    assert capfd.readouterr().err.startswith("templates/sections/toy.tex.j2:1: unknown metric 'los' of toy\n")
    assert not (project / ".snakemake").exists()


def test_a_plan_that_cannot_be_made_is_not_silent(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = "import sys; '--dry-run' in sys.argv and sys.stderr.write('MissingInputException'); sys.exit(1)"
    monkeypatch.setattr(build, "snakemake_command", lambda *options: [sys.executable, "-c", code, *options])
    with pytest.raises(SystemExit):
        build.build("theory", "report")
    assert capsys.readouterr().err == "MissingInputException"


def test_force_reruns_checks_and_trainings_and_no_data(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(
        build.processes, "run", lambda command, **_: seen.append(command) or subprocess.CompletedProcess("", 1)
    )
    monkeypatch.setattr(build, "_tell_what_stops_the_plan", lambda *_: None)
    with pytest.raises(SystemExit):
        build.build("figures", "smoke", experiment="toy", force=True)
    (command,) = seen
    assert command[command.index("--forcerun") + 1] == "train"
    assert command[-2:] == ["profile=smoke", "experiments=['toy']"]
    assert command[command.index("snakemake") + 1] == "figures"
