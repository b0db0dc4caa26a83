"""The finished runs that a notebook loads: from the first build in which all are up to date, else the reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from texloom.manifest import Profile
from texloom.notebook.runtime import finished
from texloom.results.runs import Run, Runs

CONFIG = {"epochs": 3}
OTHER = {"epochs": 1}


@pytest.fixture
def runs(project: Path, make_runs: Callable[..., Runs], monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The finished runs of seeds 0 and 1 in build/; they are up to date unless a test changes this."""
    monkeypatch.setattr(finished, "judge", lambda record, now: [])
    monkeypatch.setattr(finished, "made_by_hand", lambda record: "")
    monkeypatch.setattr(finished, "run_key", lambda *_: None)
    return make_runs({"loss": (0.5, "")}, {"loss": (0.7, "")}, config=CONFIG)


def found(config: dict[str, Any]) -> Path | str:
    """The folder in which runs were found, or the reason why none were."""
    answer = finished.finished_runs("toy", [0, 1], config)
    return answer[0].folder.parent if isinstance(answer, Runs) else answer


def test_current_runs_with_the_same_values_are_found(runs: Runs) -> None:
    assert found(CONFIG) == Path("build/runs/toy")


def test_the_first_profile_that_has_them_gives_them(project: Path, runs: Runs) -> None:
    shutil.copytree("build/runs", "build/smoke/runs")
    assert found(CONFIG) == Path("build/runs/toy")
    shutil.rmtree("build/runs")
    assert found(CONFIG) == Path("build/smoke/runs/toy")


def test_one_seed_that_is_missing_is_enough_to_have_none(runs: Runs) -> None:
    shutil.rmtree("build/runs/toy/seed-1")
    assert found(CONFIG) == "there is no run in build/smoke/runs/toy/seed-0"  # the reason is that of the last build


def test_the_reason_is_a_missing_run_other_values_or_changed_parts_of_which_three_are_named(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = Profile()
    assert finished.why_not(Run(Path("gone")), CONFIG, profile) == "there is no run in gone"
    assert finished.why_not(runs[0], OTHER, profile).endswith("seed-0 was made with other values")
    assert finished.why_not(runs[0], CONFIG, profile) == ""
    changed = {0: ["loop.py"], 1: ["a.py", "b.py", "c.py", "d.py"]}
    monkeypatch.setattr(finished, "judge", lambda record, now: changed[record["seed"]])
    assert finished.why_not(runs[0], CONFIG, profile).endswith("is out of date: loop.py changed since it was made")
    more = "is out of date: a.py, b.py, c.py and 1 more changed since it was made"
    assert finished.why_not(runs[1], CONFIG, profile).endswith(more)


def test_a_run_that_was_made_by_hand_with_other_options_is_none(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "made_by_hand", lambda record: "--cores 4")
    assert finished.why_not(runs[0], CONFIG, Profile()).endswith("seed-0 was made by hand with --cores 4")
