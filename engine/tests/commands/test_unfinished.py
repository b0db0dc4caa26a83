"""Partial files of killed commands are removed, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.commands.clean import remove_unfinished
from texloom.results.places import BuildFolder
from texloom.results.written import Written


@pytest.fixture
def build(tmp_path: Path) -> Path:
    (tmp_path / "build").mkdir()
    return tmp_path / "build"


def written(build: Path) -> Written:
    return Written(BuildFolder(build), {"toy": [0, 1, 2]})


COMMIT = "0123456789" * 4
LEFT = (
    "checks.json.partial",
    "costs.json.partial",
    "report.pdf.partial",
    f"history/{COMMIT}.json.partial",
    "figures/toy/index.json.partial",
    "tangled/toy.partial",
    "runs/toy/seed-0.partial/metrics.json",
    "runs/toy/seed-1.replaced/run.json",
    "checkpoints/toy/seed-0.partial",
    "checkpoints/toy/seed-0.kept.partial",
    "checkpoints/toy/seed-0.json.partial",
    "tex/sealed.json.partial",
    "tex/room.partial",
)
KEPT = (
    "mine.partial",
    "mine.json.partial",
    "bench.json.partial/mine",
    "history/mine.partial",
    "figures/toy/mine.partial",
    "tangled/mine.partial",
    "runs/toy/seed-mine.partial/metrics.json",
    "runs/toy/seed-1/run.json",
    "runs/mine.replaced/run.json",
    "tex/mine.partial",
)


def test_what_killed_commands_were_writing_is_removed_and_nothing_else(build: Path) -> None:
    """A user's folder that has the name of such a file stays, too."""
    for name in (*LEFT, *KEPT):
        (build / name).parent.mkdir(parents=True, exist_ok=True)
        (build / name).write_text("half")
    remove_unfinished(written(build))
    assert [name for name in LEFT if (build / name).exists()] == []
    assert [name for name in KEPT if not (build / name).exists()] == []


def test_a_run_that_was_moved_away_comes_back_where_there_is_no_other(build: Path) -> None:
    (build / "runs/toy/seed-2.replaced").mkdir(parents=True)
    (build / "runs/toy/seed-2.replaced/run.json").write_text("whole")
    remove_unfinished(written(build))
    assert (build / "runs/toy/seed-2/run.json").read_text() == "whole"
    assert not (build / "runs/toy/seed-2.replaced").exists()
