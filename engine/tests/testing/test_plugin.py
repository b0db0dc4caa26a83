"""Distribution of a test run over workers and its output, tested on a small project."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from texloom.testing import plugin

TEST = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_number(number, worker_id):
    with open(f"{worker_id}.log", "a") as log:
        print(__file__, file=log)
    assert not (FAILING and number == 2)
"""
ONE_CORE = """
import os
import numpy
from threadpoolctl import threadpool_info

def test_threads():
    assert {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"} == {1}
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
"""
OPTIONS = "[pytest]\naddopts = -q --no-loadscope-reorder\nconsole_output_style = classic\n"
SUMMARY = re.compile(r"^1 failed, 15 passed in [\d.]+s", re.MULTILINE)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A run of four test files, one with a failure and two that share a build; the current folder contains them."""
    for name in ("a", "b", "shared_build/c", "shared_build/d"):
        path = tmp_path / f"tests/{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f"test_{path.name}.py").write_text(TEST.replace("FAILING", str(name == "b")))
    (tmp_path / "pytest.ini").write_text(OPTIONS)
    monkeypatch.chdir(tmp_path)
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    return [sys.executable, "-m", "pytest", "-p", "texloom.testing.plugin", "-p", "no:cacheprovider", "tests"]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_log_has_a_line_for_each_file_and_failure_and_the_closing_line(command: list[str], workers: str) -> None:
    finished = subprocess.run([*command, "-n", workers], capture_output=True, text=True, timeout=600)
    assert finished.returncode == 1, finished.stdout + finished.stderr
    started = re.findall(r"^\[ *\d+%\] (.*)$", finished.stdout, re.MULTILINE)
    files = ["tests/shared_build/test_c.py", "tests/shared_build/test_d.py", "tests/test_a.py", "tests/test_b.py"]
    assert sorted(started) == files
    assert finished.stderr == ""
    before_the_traceback = finished.stdout.partition("= FAILURES =")[0]
    assert before_the_traceback.count("FAILED tests/test_b.py::test_number[2]\n") == 1
    assert len(before_the_traceback.splitlines()) <= 10
    assert SUMMARY.search(finished.stdout)


@pytest.mark.parametrize("columns", [200, 40])
def test_a_terminal_shows_the_running_tests_in_one_line(
    command: list[str], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    ours, its = pty.openpty()
    process = subprocess.Popen([*command, "-n", "2"], stdout=its, stderr=its)
    os.close(its)
    said = b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:  # Linux raises this when the other end is closed
        pass
    assert process.wait() == 1
    text, _, rest = said.decode().partition("= FAILURES")
    for file in ("test_a", "test_b", "shared_build/test_c", "shared_build/test_d"):
        for number in range(4):
            shown = re.search(rf"\r\[[ \d]+%\] [^\r\n]*tests/{file}\.py::test_number\[{number}\]", text)
            assert shown or columns < 100
    assert text.count("\n[") == 0  # the line is rewritten
    assert max(map(len, re.findall(r"\r(\[.*?)(?=[\r\n])", text))) < columns
    assert SUMMARY.search(re.sub(r"\x1b\[[\d;]*m", "", rest))


@pytest.mark.parametrize(
    ("processors", "memory", "workers"), [(4, 64_000, 4), (64, 64_000, 20), (64, 2_500, 1), (1, 64_000, 1)]
)
def test_there_are_as_many_workers_as_cores_and_memory_allow(
    processors: int, memory: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin.cores, "available", lambda: processors)
    monkeypatch.setattr(plugin, "usable_memory", lambda: memory * 4 // 5 if memory > 2_500 else memory)
    assert plugin.pytest_xdist_auto_num_workers() == workers


def test_a_worker_has_one_core(tmp_path: Path, command: list[str]) -> None:
    """This holds for its own linear algebra and for that of programs that it starts."""
    (tmp_path / "tests" / "test_a.py").write_text(ONE_CORE)
    finished = subprocess.run([*command[:-1], "tests/test_a.py", "-n", "1"], capture_output=True, timeout=600)
    assert finished.returncode == 0, finished.stdout.decode()


def test_a_file_runs_on_one_worker_and_files_that_share_a_build_on_the_same(command: list[str]) -> None:
    subprocess.run([*command, "-n", "2"], capture_output=True, timeout=600)
    logs = {log: log.read_text().splitlines() for log in Path().glob("gw*.log")}
    ran = sorted((Path(file).stem, log.stem) for log, lines in logs.items() for file in lines)
    workers = dict(ran)
    assert ran == [each for each in sorted(workers.items()) for _ in range(4)]  # each file on one worker
    assert workers["test_c"] == workers["test_d"]
    assert set(workers.values()) == {"gw0", "gw1"}  # which worker gets the third file depends on timing


def test_no_example_fails_for_the_time_that_it_takes() -> None:
    """An example could otherwise fail on a busy machine. This test run uses the profile `report`, too."""
    assert settings.default is not None
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
