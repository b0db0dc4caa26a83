"""Accepting a harmless change: runs are kept, and the acceptance is reported until the next run."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom import manifest
from texloom.commands.accept import accept
from texloom.data.digests import Digests
from texloom.document.provenance import facts
from texloom.errors import ReportError
from texloom.results.metrics import Metric
from texloom.results.places import BuildFolder
from texloom.results.runs import Runs
from texloom.results.sealed import read_sealed
from texloom.results.writer import RunWriter
from texloom.staleness import keys
from texloom.staleness.identity import Recorder
from texloom.staleness.judge import judge
from texloom.staleness.made_from import making

BUILD = BuildFolder(Path("build"))
REASON = "only a name has changed"


def store(seed: int, options: tuple[str, ...] = ()) -> None:
    """Store the run of a seed, which read a table and listed its folder."""
    with making(keys.run_key("toy", list(options))) as made:
        recorder = Recorder.start(made, "toy", {}, seed)
        Path("own/table.csv").read_text()
        sorted(Path("own").glob("*.csv"))
    writer = RunWriter({"loss": Metric("", "what it is")})
    writer.metric("loss", 0.25)
    writer.write(BUILD.run("toy", seed), recorder.finish())


def stale() -> list[list[str]]:
    now = keys.run_key("toy", [])
    records = [read_sealed(BUILD.run_record("toy", seed)) for seed in (0, 1)]
    found = [judge(record, now, Digests()) for record in records]
    assert [judge(record, now) for record in records] == found
    return found


@pytest.fixture
def runs(code: Path) -> Path:
    Path("own").mkdir()
    Path("own/table.csv").write_text("1\n")
    for seed in (0, 1):
        store(seed)
    return code


def edit() -> list[str]:
    """Make changes of each kind; return how they are reported."""
    with Path("experiments/toy/data.py").open("a") as module:
        module.write("LIMIT = 3\n")
    Path("own/table.csv").write_text("2\n")
    Path("own/more.csv").write_text("2\n")
    return ["experiments/toy/data.py", "own/table.csv", "own/more.csv (new)"]


def test_an_accepted_change_leaves_runs_up_to_date_and_is_reported(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_sealed(BUILD.run_record("toy", 0))
    changes = edit()
    assert stale() == [changes, changes]
    accept("toy", f" {REASON}\n", "report")
    assert stale() == [[], []]
    assert capsys.readouterr().out == f"toy: accepted until its next run: {', '.join(changes)}\n"
    after = read_sealed(BUILD.run_record("toy", 0))
    assert after["accepted"] == [{"reason": REASON, "changed": changes}]
    assert after["identity"] != before["identity"]
    assert (after["files"], after["seconds"], after["config"]) == (before["files"], before["seconds"], before["config"])
    told = [value for label, value in facts(Runs.load(BUILD.folder, "toy", [0, 1])) if label == "Accepted"]
    assert told == [f"{REASON} ({', '.join(changes)})"]
    edit()
    assert stale()[0] == ["experiments/toy/data.py"]  # the next edit counts again
    accept("toy", "another", "report")
    assert len(read_sealed(BUILD.run_record("toy", 0))["accepted"]) == 2
    store(0)
    assert "accepted" not in read_sealed(BUILD.run_record("toy", 0))


def test_only_what_has_changed_is_rewritten(runs: Path) -> None:
    edit()
    store(1)
    record = BUILD.run_record("toy", 1).read_text()
    accept("toy", REASON, "report")
    assert stale() == [[], []]
    assert BUILD.run_record("toy", 1).read_text() == record


@pytest.mark.parametrize(
    ("experiment", "reason", "told"),
    [
        ("", REASON, "EXPERIMENT: no experiment is named\n  make accept EXPERIMENT=name"),
        ("toi", REASON, "EXPERIMENT: report.toml has no experiment 'toi'\n  there are: toy; closest: 'toy'"),
        ("toy", " ", "REASON: no reason is given; the provenance prints it\n  make accept EXPERIMENT=name"),
        ("toy", REASON, "toy: there is nothing to accept: its runs are up to date"),
    ],
)
def test_what_cannot_be_accepted_is_refused(runs: Path, experiment: str, reason: str, told: str) -> None:
    with pytest.raises(ReportError) as error:
        accept(experiment, reason, "report")
    assert str(error.value).startswith(told)


def test_runs_that_are_missing_changed_or_of_other_values_are_refused(runs: Path) -> None:
    edit()
    store(1, ("--cores 4",))
    with pytest.raises(ReportError, match="made by hand with --cores 4"):
        accept("toy", REASON, "report")
    store(1, ("--smoke",))
    with pytest.raises(ReportError, match="was made with other values, which cannot be accepted"):
        accept("toy", REASON, "report")
    (BUILD.run("toy", 1) / "metrics.json").write_text("{}")
    with pytest.raises(ReportError, match="was changed after the training wrote it"):
        accept("toy", REASON, "report")
    assert manifest.load().profile("report").options == []
