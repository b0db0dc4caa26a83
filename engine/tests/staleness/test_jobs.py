"""Jobs of a plan: their text, and those that `make watch` leaves to `make`."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from texloom.staleness.jobs import Job, changed

TRAIN = Job("train", {"experiment": "gan", "seed": "2"}, (changed(["texloom/training/loop.py"]),))


@pytest.mark.parametrize(
    ("job", "text"),
    [
        (TRAIN, "train gan, seed 2: texloom/training/loop.py changed"),
        (Job("theory_figures", {}, ("its settings changed",)), "theory figures: its settings changed"),
        (Job("draw", {"experiment": "gan"}, ("not made yet", "forced")), "draw gan: not made yet; forced"),
    ],
)
def test_a_job_in_words(job: Job, text: str) -> None:
    assert str(job) == text


def test_only_so_many_names_are_shown() -> None:
    assert changed(["a", "b", "c"]) == "a, b, c changed"
    assert changed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more changed"


def test_new_and_missing_inputs_are_not_reported_as_changed() -> None:
    assert changed(["a (gone)"]) == "a (gone)"
    assert changed(["a", "b (new)", "c", "d", "e"]) == "a, c changed, b (new) and 2 more"


def test_runs_and_data_are_distinguished_from_other_jobs() -> None:
    jobs = [Job(rule, {}, ()) for rule in ("train", "analyse", "run", "data", "draw", "check", "document", "tangle")]
    assert [job.rule for job in jobs if job.makes_a_run] == ["train", "analyse", "run"]
    assert [job.rule for job in jobs if job.fetches] == ["data"]


def test_a_job_is_read_as_it_was_written() -> None:
    assert Job.from_json(json.loads(json.dumps(asdict(TRAIN)))) == TRAIN
