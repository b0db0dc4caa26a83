"""What a command gets, and what is said when it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.programs.launching import Task, launch


def start(folder: Path, script: str) -> Path:
    data = {"rain": folder / "rain.csv"}
    task = Task(("sh", "-c", script), "storm", 7, True, {"days": 3, "names": ["a"]}, data)
    return launch(task, folder / "work", folder / "logs" / "storm.log", "report.toml:9")


def test_a_command_gets_its_run_as_json_and_by_variables(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "out").mkdir(parents=True)
    (work / "out" / "left.csv").touch()  # of a run that was killed
    out = start(tmp_path, 'cp "$TEXLOOM_RUN" "$TEXLOOM_OUT/copy.json"; printf %s "$TEXLOOM_SEED" >"$TEXLOOM_OUT/seed"')
    assert sorted(path.name for path in out.iterdir()) == ["copy.json", "seed"]
    assert (out / "seed").read_text() == "7"
    assert json.loads((out / "copy.json").read_text()) == {
        "experiment": "storm",
        "seed": 7,
        "smoke": True,
        "config": {"days": 3, "names": ["a"]},
        "data": {"rain": str(tmp_path / "rain.csv")},
        "out": str(out),
    }


def test_a_failure_shows_the_last_lines_the_exit_code_and_the_log(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as error:
        start(tmp_path, "for i in $(seq 20); do echo line $i; done; echo wrong >&2; exit 3")
    log = tmp_path / "logs" / "storm.log"
    first, *lines = str(error.value).splitlines()
    assert first.startswith("report.toml:9: run storm, seed 7: sh -c 'for i in")
    assert first.endswith(" ended with exit code 3")
    assert lines == [*(f"  line {n}" for n in range(12, 21)), "  wrong", f"  its whole output: {log}"]
    assert log.read_text().startswith("line 1\n")


def test_a_command_that_was_killed_says_by_which_signal(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"was killed by SIGKILL, perhaps because memory ran out\n  it has printed n"):
        start(tmp_path, "kill -9 $$")


def test_a_script_without_an_interpreter_is_named(tmp_path: Path) -> None:
    script = tmp_path / "rain"
    script.write_text("#!/no/such/interpreter\n", encoding="utf-8")
    script.chmod(0o755)
    task = Task((str(script),), "storm", 7, False, {}, {})
    with pytest.raises(ReportError, match=r"^report\.toml:9: '.*/rain' cannot be started: No such file"):
        launch(task, tmp_path / "work", tmp_path / "log", "report.toml:9")
