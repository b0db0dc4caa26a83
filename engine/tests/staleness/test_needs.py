"""Stages that read the results of other experiments are made after them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from texloom.document.intact import refuse_outdated
from texloom.errors import ReportError
from texloom.machine.interrupts import MARK
from texloom.machine.stage_errors import STAGE_ERRORS
from texloom.results.places import BuildFolder
from texloom.results.runs import Runs
from texloom.results.sealed import file_digest, read_sealed, write_sealed
from texloom.scaffold.experiment import FILES, filled, new_experiment, write
from texloom.staleness import needs
from texloom.staleness.made_from import MadeFrom, making
from texloom.staleness.plan import Plan

SURVEY = '\n[[sections.parts]]\ntitle = "Survey"\nexperiment = "survey"\n\n[profiles.report]\n'
BUILD = BuildFolder(Path("build"))
TOY, SURVEYED = BUILD.figure_index("toy"), BUILD.run_record("survey", 0)
DRAWING = ["figures", "toy", "--seeds", "0", "1"]


@pytest.fixture
def plan(code: Path) -> Plan:
    """The plan of a report with two experiments: toy, and after it survey."""
    manifest = code / "report.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("[profiles.report]", SURVEY), encoding="utf-8")
    return Plan.load("report")


def having_read(record: Path, *names: str, **key: Any) -> None:
    """Store the record of a result that has read these files."""
    record.parent.mkdir(parents=True, exist_ok=True)
    files = {name: file_digest(Path(name)) if Path(name).exists() else None for name in names}
    write_sealed(record, MadeFrom(**key, reads={"files": files}).to_json())


def order(plan: Plan, target: str, *experiments: str) -> list[Path]:
    return [step.output for step in Plan.load("report").steps(target, experiments)]


def test_figures_that_have_read_the_run_of_another_experiment_come_after_it(plan: Plan) -> None:
    assert SURVEYED not in order(plan, "figures", "toy")
    having_read(TOY, "build/runs/survey/seed-0/metrics.json")
    found = order(plan, "figures", "toy")
    assert found.index(SURVEYED) < found.index(TOY)
    assert BUILD.figure_index("survey") not in found
    found = order(plan, "report", "toy", "survey")
    assert found.index(SURVEYED) < found.index(TOY) < found.index(BUILD.made("report"))
    jobs = Plan.load("report").jobs("figures", ["toy"])
    assert jobs[TOY].reasons[-1] == "its inputs are rebuilt"


@pytest.mark.parametrize(
    ("record", "needed"),
    [
        (BUILD.checks, "build/figures/survey/drawn.pdf"),
        (BUILD.run_record("toy", 1), "build/runs/survey/seed-0/arrays.npz"),
        (BUILD.tangled_record("toy"), "build/runs/survey/seed-0/arrays.npz"),
        (TOY, "build/checks.json"),
    ],
)
def test_each_kind_of_result_may_read_each_other_kind(plan: Plan, record: Path, needed: str) -> None:
    having_read(record, needed, "build/mine.csv", "own.csv", "build/runs/other/seed-0/metrics.json")
    output = BUILD.tangled("toy") if record == BUILD.tangled_record("toy") else record
    known = needs.results(plan.manifest, plan.profile)
    wanted = needs.result_of(needed, known)
    assert wanted is not None
    assert Plan.load("report").others(output) == [wanted]


def test_results_that_need_each_other_have_no_order(plan: Plan) -> None:
    having_read(BUILD.run_record("toy", 0), "build/figures/survey/drawn.pdf")
    having_read(BUILD.figure_index("survey"), "build/runs/toy/seed-0/metrics.json")
    assert order(plan, "figures", "toy")
    having_read(SURVEYED, "build/runs/toy/seed-0/metrics.json")
    assert Plan.load("report").others(BUILD.run_record("toy", 0)) == ()
    assert order(plan, "report", "toy", "survey")


def read_directly() -> object:
    return Path("build/runs/survey/seed-0/metrics.json").read_text()


def load_runs() -> object:
    return Runs.load(Path("build"), "survey", [0])[0].metrics


@pytest.mark.parametrize("read", [read_directly, load_runs])
def test_a_stage_that_misses_the_run_of_another_experiment_is_tried_again_after_it(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, read: Any
) -> None:
    monkeypatch.setattr(sys, "argv", ["experiments", *DRAWING])
    monkeypatch.setenv(MARK, str(Path.cwd()))
    Path(".snakemake").mkdir()

    def draw() -> None:
        with making(MadeFrom()):
            read()

    with pytest.raises(SystemExit) as ended:
        draw()
    assert ended.value.code == 2
    assert STAGE_ERRORS.exists()  # it was not killed
    found = order(plan, "figures", "toy")
    assert found.index(SURVEYED) < found.index(TOY)
    with pytest.raises(ReportError) as error:  # the build has tried that already
        draw()
    message = "build/runs/survey/seed-0: is not made yet, and figures toy needs it\n  make all makes it first"
    assert str(error.value) == message
    having_read(SURVEYED)
    assert Plan.load("report").others(TOY) == ()


@pytest.mark.parametrize("name", ["build/runs/survey/seed-7", "build/runs/other/seed-0", "own.csv"])
def test_what_no_build_makes_is_not_waited_for(plan: Plan, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sys, "argv", ["experiments", *DRAWING])
    with pytest.raises(FileNotFoundError), making(MadeFrom()):
        Path(name, "metrics.json").read_text()
    assert needs.attempted() == []
    with pytest.raises(ReportError, match=r"make all makes it if report\.toml names it"), making(MadeFrom()):
        _ = Runs.load(Path("build"), "survey", [7])[0].record


def test_a_notebook_that_has_read_a_run_before_it_was_made_again_is_refused(plan: Plan) -> None:
    path = SURVEYED.with_name("metrics.json")
    path.parent.mkdir(parents=True)
    path.write_text("1")
    having_read(BUILD.tangled_record("toy"), path.as_posix())
    refuse_outdated([BUILD.tangled_record("toy")], BUILD.folder)
    path.write_text("2")
    with pytest.raises(ReportError, match=r"toy.json: is out of date: .*metrics.json changed since it was made"):
        refuse_outdated([BUILD.tangled_record("toy")], BUILD.folder)


@pytest.mark.slow
def test_a_build_from_an_empty_folder_makes_first_what_others_read(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write(filled(FILES / "report", "first"), folder)
    for name in ("first", "second"):
        new_experiment(name, "analysis", folder)
    figures = folder / "experiments/first/figures.py"
    reading = '    Runs.load(runs[0].folder.parents[2], "second", [1]).metric("least_squares_deviation")\n'
    figures.write_text(figures.read_text().replace('    return {"stiff', f'{reading}    return {{"stiff'))
    engine = Path(__file__).parents[2] / "texloom"
    shutil.copytree(engine, folder / "engine" / "texloom", ignore=shutil.ignore_patterns("__pycache__", "files"))
    (folder / "requirements.lock").touch()
    (folder / ".venv").symlink_to(sys.prefix)  # whose engine is that of the folder in which it lies
    command = [folder / ".venv/bin/python", "-m", "texloom", "build", "figures", "--profile", "smoke"]

    def build() -> tuple[str, list[str]]:
        finished = subprocess.run([*command, "--experiment", "first"], cwd=folder, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stderr
        return finished.stderr, sorted(path.parent.name for path in folder.glob("build/smoke/runs/second/*/run.json"))

    assert build() == ("", ["seed-1"])
    assert not (folder / needs.NEEDS).exists()
    config = folder / "experiments/second/config.py"
    config.write_text(config.read_text().replace("default=50.0", "default=60.0"))
    assert build() == ("", ["seed-1"])
    run, index = folder / "build/smoke/runs/second/seed-1/run.json", folder / "build/smoke/figures/first/index.json"
    assert read_sealed(run)["config"]["stiffness"] == 60
    reads = read_sealed(index)["reads"]["files"]
    assert reads["build/smoke/runs/second/seed-1/run.json"] == file_digest(run)
