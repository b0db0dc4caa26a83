"""Reports of failed stages: the first one at once, all of them at the end."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.logging import LogEvent

from texloom.commands.building.failures import GOES_ON, KILLED, Failures
from texloom.machine.interrupts import MARK
from texloom.machine.stage_errors import STAGE_ERRORS, record_error

NAMES = {f"build/runs/{name}/seed-{seed}/run.json": f"train {name}, seed {seed}" for name in "ab" for seed in (0, 1)}


@pytest.fixture
def failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Failures:
    """The failures of a build that has just started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(MARK, str(tmp_path))
    STAGE_ERRORS.parent.mkdir()
    return Failures(NAMES)


def fail(failures: Failures, name: str, seed: int, said: str = "") -> None:
    """Let a stage fail; if it has an error message, it reports it."""
    arguments = ["train", name, "--seed", str(seed), "--build", "my build"]
    if said:
        record_error(said, arguments)
    command = f"set -e; TQDM_DISABLE=1 python -m experiments train {name} --seed {seed} --build 'my build'"
    output = [f"build/runs/{name}/seed-{seed}/run.json"]
    failures.filter_record(
        SimpleNamespace(event=LogEvent.JOB_ERROR, rule_name="train", output=output, shellcmd=command)
    )


def test_a_stage_that_reported_its_error_is_not_reported_again(
    failures: Failures, capsys: pytest.CaptureFixture[str]
) -> None:
    fail(failures, "a", 0, "a.py:1: is wrong\n  mend it")
    failures.report_all()
    assert capsys.readouterr().err == ""


def test_a_killed_stage_is_reported_at_once_by_its_name(failures: Failures, capsys: pytest.CaptureFixture[str]) -> None:
    fail(failures, "a", 1)
    assert capsys.readouterr().err == f"train a, seed 1: {KILLED}\n  {GOES_ON}\n"
    failures.report_all()
    assert capsys.readouterr().err == ""
    ((arguments, said),) = map(json.loads, STAGE_ERRORS.read_text().splitlines())
    assert (arguments[-3:], said) == (["1", "--build", "my build"], f"train a, seed 1: {KILLED}")


def test_several_failed_stages_are_listed_and_only_the_first_was_reported_before(
    failures: Failures, capsys: pytest.CaptureFixture[str]
) -> None:
    fail(failures, "b", 0, "b.py:1: is wrong\n  mend it")
    fail(failures, "a", 1)
    fail(failures, "a", 0, "ZeroDivisionError: division by zero")
    assert capsys.readouterr().err == ""
    failures.report_all()
    assert capsys.readouterr().err.splitlines() == [
        "make: 3 stages failed",
        "  train a, seed 0: ZeroDivisionError: division by zero",
        f"  train a, seed 1: {KILLED}",
        "  train b, seed 0: b.py:1: is wrong",
    ]


def test_what_else_snakemake_logs_is_no_failure(failures: Failures) -> None:
    assert failures.filter_record(SimpleNamespace(event=LogEvent.JOB_INFO))
    assert failures.filter_record(SimpleNamespace())
    assert failures.failed == {}


def stop(failures: Failures, error: Exception) -> None:
    """Snakemake logs the exception that stopped it."""
    try:
        raise error
    except Exception:
        failures.filter_record(SimpleNamespace(event=LogEvent.ERROR))


def test_what_stops_snakemake_itself_is_raised_unless_it_is_a_failed_stage(
    failures: Failures, capsys: pytest.CaptureFixture[str]
) -> None:
    stop(failures, PermissionError("no"))
    with pytest.raises(PermissionError, match="no"):
        failures.report_all()
    fail(failures, "a", 0, "a.py:1: is wrong")
    stop(failures, RuntimeError("at least one job did not complete"))
    failures.report_all()
    assert capsys.readouterr().err == ""
