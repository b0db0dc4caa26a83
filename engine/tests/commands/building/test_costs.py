"""The costs of a build, stored beside the document."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom import manifest
from texloom.commands.building import costs
from texloom.results.places import BuildFolder
from texloom.results.runs import Run, Runs
from texloom.results.sealed import read_sealed, write_sealed


@pytest.fixture
def build(project: Path) -> BuildFolder:
    return BuildFolder(Path("build"))


def runs() -> list[Run]:
    report = manifest.load()
    return costs.runs_of(report.profile("report"), report)


def test_only_a_build_that_trained_everything_is_timed(build: BuildFolder) -> None:
    records = [build.run_record("toy", seed) for seed in (0, 1)]
    for record in records:
        record.parent.mkdir(parents=True)
        record.write_text("{}")
    began = time.time() - 60
    os.utime(records[1], (began - 1, began - 1))
    costs.remember_duration(build, runs(), began)
    assert not build.whole.exists()
    os.utime(records[1], (began + 1, began + 1))
    costs.remember_duration(build, runs(), began)
    kept = read_sealed(build.whole)
    assert kept["trainings"] == 2
    assert 60 <= kept["seconds"] < 65


def test_costs_stand_beside_the_document(make_runs: Callable[..., Runs], build: BuildFolder) -> None:
    for run in make_runs({"loss": (1.0, "")}, {"loss": (2.0, "")}):
        record = run.record | {"seconds": 10.5 + run.seed, "peak_mib": 512, "processor": "a processor"}
        write_sealed(run.folder / "run.json", record)
    costs.write_costs(build, runs())
    stored = json.loads(build.costs.read_text())
    assert [(each["experiment"], each["seed"], each["seconds"]) for each in stored] == [
        ("toy", 0, 10.5),
        ("toy", 1, 11.5),
    ]
    assert {(each["peak_mib"], each["processor"]) for each in stored} == {(512, "a processor")}
