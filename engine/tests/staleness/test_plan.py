"""The inputs of each rule, on a small project."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from texloom.data.sources import keep
from texloom.results.places import BuildFolder
from texloom.results.sealed import write_sealed
from texloom.staleness.identity import Recorder
from texloom.staleness.plan import Plan

SURVEY = """
[[sections.parts]]
title = "Survey"
experiment = "survey"
priority = 3

[profiles.report]
"""
RUNS = ["build/runs/toy/seed-0/run.json", "build/runs/toy/seed-1/run.json", "build/runs/survey/seed-0/run.json"]


@pytest.fixture
def plan(code: Path) -> Plan:
    """The plan of the report, with an experiment that trains and one that does not."""
    manifest = code / "report.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("[profiles.report]", SURVEY), encoding="utf-8")
    return Plan.load("report")


def train(plan: Plan, experiment: str, seed: int) -> Path:
    """The record of a run, as a training that has just ended leaves it."""
    record = plan.build.run_record(experiment, seed)
    write_sealed(record, Recorder.start(experiment, {}, seed).record)
    return record


def test_each_run_is_made_by_one_rule(plan: Plan) -> None:
    assert plan.experiments("train") == ["toy"]
    assert plan.experiments("analysis") == ["survey"]
    assert plan.runs("toy") + plan.runs("survey") == RUNS
    assert (plan.priority("toy"), plan.priority("survey")) == (0, 3)


def test_a_profile_has_its_own_folder(plan: Plan) -> None:
    smoke = Plan.load("smoke")
    assert smoke.build == BuildFolder(Path("build/smoke"))
    assert smoke.runs("toy")[1] == "build/smoke/runs/toy/seed-1/run.json"


def test_a_run_is_made_from_data_and_its_code_is_judged_by_its_record(plan: Plan) -> None:
    assert plan.data("toy") == ["data/digits/SHA256SUMS"]
    assert plan.data("survey") == []


def test_figures_are_made_from_the_closure_of_their_module(plan: Plan) -> None:
    files = plan.figure_code("toy")
    assert {"experiments/toy/figures.py", "experiments/toy/__init__.py", "experiments/__init__.py"} <= set(files)
    assert {"engine/texloom/results/plotting.py", "engine/texloom/results/tables.py"} <= set(files)
    assert not [name for name in files if name.endswith(("train.py", "loop.py", "errors.py"))]


def test_checks_are_made_from_the_modules_beside_the_fragments_and_what_they_import(plan: Plan) -> None:
    assert plan.theory_modules() == ["alpha_text"]
    assert plan.theory_code == ["theory/__init__.py", "theory/alpha_text.py", "theory/helper.py"]
    assert {*plan.theory_code, "engine/texloom/document/checks.py"} <= set(plan.check_code())
    assert not [name for name in plan.check_code() if name.endswith(".tex") or "unused" in name]


def test_documents_are_made_from_text_engine_and_results(plan: Plan) -> None:
    written, whole = set(plan.theory_text()), set(plan.report_text())
    assert {"theory/alpha_text.tex", "theory/notation.tex", "theory/references.bib", "report.toml"} <= written
    assert "engine/texloom/document/render.py" in written
    assert not {name for name in written if name.startswith(("experiments/", "templates/sections"))}
    assert whole - written == {
        "experiments/__init__.py",
        "experiments/digits.py",
        "experiments/survey/__init__.py",
        "experiments/survey/analysis.py",
        "experiments/survey/figures.py",
        "experiments/toy/__init__.py",
        "experiments/toy/data.py",
        "experiments/toy/figures.py",
        "experiments/toy/metrics.py",
        "experiments/toy/train.py",
        "templates/sections/toy.tex.j2",
    }
    assert plan.theory_results() == ["build/checks.json", "build/figures/theory/index.json"]
    assert plan.results() == [
        *RUNS,
        "build/figures/toy/index.json",
        "build/figures/survey/index.json",
        *plan.theory_results(),
    ]


def test_a_document_is_made_from_whatever_a_template_includes_or_quotes(plan: Plan) -> None:
    files = ["experiments/shared/points.py", "templates/parts/deep/box.tex.j2", "theory/proofs/first.tex"]
    for name in files:
        Path(name).parent.mkdir(parents=True)
        Path(name).touch()
    Path("experiments/shared/__init__.py").touch()
    Path("templates/parts/deep/.box.swp").touch()  # of an editor
    assert set(files) <= set(plan.report_text())
    assert not [name for name in plan.report_text() if name.endswith(".swp")]
    assert set(files[1:]) <= set(plan.theory_text())
    assert files[0] not in plan.theory_text()


def test_the_notebook_is_made_from_what_fetches_its_data(plan: Plan) -> None:
    assert "experiments/digits.py" in plan.notebook_code("toy")
    assert "experiments/digits.py" not in plan.notebook_code("survey")


def test_a_notebook_is_made_from_all_modules_of_its_chapter_and_the_lock(plan: Plan) -> None:
    files = plan.notebook_code("toy")
    assert {"experiments/toy/train.py", "experiments/toy/figures.py", "requirements.lock"} <= set(files)
    assert {"engine/texloom/notebook/tangle.py", "engine/texloom/notebook/runtime/show.py"} <= set(files)
    assert not [name for name in files if "survey" in name]
    carried = ("errors", "training/live", "training/progress", "training/stage", "training/startup", "machine/cores")
    assert {f"engine/texloom/{name}.py" for name in carried} <= set(files)
    assert "engine/texloom/training/analysis.py" in plan.notebook_code("survey")
    assert plan.notebook_part("toy") == {"title": "Code", "seeds": (0, 1)}


def edited(name: str, text: str = "LIMIT = 3\n") -> None:
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_runs_are_stale_with_what_changed_since_they_were_made(plan: Plan) -> None:
    records = [train(plan, "toy", 0), train(plan, "toy", 1), train(plan, "survey", 0)]
    assert plan.stale_runs(["toy", "survey"]) == {}
    edited("experiments/toy/data.py", "# edited\n")
    assert plan.stale_runs(["toy", "survey"]) == {}
    edited("experiments/toy/data.py")
    assert plan.stale_runs(["toy", "survey"]) == {run: ["experiments/toy/data.py"] for run in RUNS[:2]}
    assert plan.stale_runs(["survey"]) == {}
    edited("engine/texloom/results/writer.py")
    edited("engine/texloom/training/analysis.py")
    stale = plan.stale_runs(["toy", "survey"])
    assert stale[RUNS[0]] == ["experiments/toy/data.py", "texloom/results/writer.py"]
    assert stale[RUNS[2]] == ["texloom/results/writer.py", "texloom/training/analysis.py"]
    assert [path.as_posix() for path in records] == RUNS


def test_a_run_that_is_not_there_is_not_called_stale(plan: Plan) -> None:
    train(plan, "toy", 0)
    edited("experiments/toy/train.py")
    assert list(plan.stale_runs(["toy"])) == RUNS[:1]


def test_data_are_compared_where_they_are_there(plan: Plan) -> None:
    train(plan, "toy", 0)
    keep(Path("data/digits"), {"train-images": b"better digits"})
    changes = ["data digits/test-images", "data digits/train-images"]
    assert plan.stale_runs(["toy"]) == {RUNS[0]: changes}
    shutil.rmtree("data")
    assert plan.stale_runs(["toy"]) == {}
    edited("experiments/toy/train.py")
    assert plan.stale_runs(["toy"]) == {RUNS[0]: ["experiments/toy/train.py"]}


def test_a_damaged_record_is_left_to_be_refused(plan: Plan) -> None:
    record = train(plan, "toy", 0)
    edited("experiments/toy/train.py")
    record.write_text(record.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    assert plan.stale_runs(["toy"]) == {}


def test_other_libraries_make_a_run_stale(plan: Plan) -> None:
    record: dict[str, Any] = Recorder.start("survey", {}, 0).record
    write_sealed(plan.build.run_record("survey", 0), record | {"versions": record["versions"] | {"pooch": "0.1"}})
    (changes,) = plan.stale_runs(["survey"]).values()
    assert changes == [f"pooch 0.1 → {record['versions']['pooch']}"]
