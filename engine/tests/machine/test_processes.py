"""Interrupts kill a command and all its descendants at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from texloom.machine import interrupts, processes

TREE = """
import sys
from texloom.machine import processes
from texloom.commands.entry import run_command
script = 'trap "" INT TERM; sleep 60 & (sleep 60; true) & echo ready; wait; sleep 60'
run_command(lambda: processes.run(["sh", "-c", script]))
"""
"""Children and grandchildren that ignore all signals that can be ignored."""


def test_output_and_exit_code_are_those_of_the_command() -> None:
    finished = processes.run(["sh", "-c", "echo out; echo err >&2; exit 3"], stdout=-1, stderr=-1, text=True)
    assert (finished.returncode, finished.stdout, finished.stderr) == (3, "out\n", "err\n")


def test_a_command_ignores_the_ctrl_c_that_a_terminal_sends_to_all() -> None:
    script = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('on')"
    assert processes.run([sys.executable, "-c", script], stdout=-1, text=True).stdout == "on\n"


FORKING = """
import multiprocessing
from texloom.commands.entry import run_command

def work():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(abs, [-1, -2]))

run_command(work)
"""


def test_children_that_a_command_forks_end_without_a_word() -> None:
    """A pool of processes stops its workers by a signal, which must print nothing."""
    done = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[1, 2]\n", "")


def test_signals_are_handled_as_before_afterwards() -> None:
    each = (*interrupts.ENDING, signal.SIGINT)
    before = list(map(signal.getsignal, each))
    processes.run(["true"])
    assert list(map(signal.getsignal, each)) == before


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_just_starting_is_killed_as_well(
    sent: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen] = []

    class Slow(subprocess.Popen):
        """A Popen that is interrupted after its process has started and before the process id is stored."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)
            signal.raise_signal(sent)

    monkeypatch.setattr(processes.subprocess, "Popen", Slow)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it in background processes
    try:
        with pytest.raises(KeyboardInterrupt):
            processes.run(["sleep", "60"])
    finally:
        signal.signal(signal.SIGINT, before)
    assert started[0].poll() == -signal.SIGKILL


def heard() -> None:
    """Restore the default signals in a child process: background processes ignore Ctrl-C, and nohup ignores SIGHUP."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_all_within_a_second_and_prints_how_to_continue(root: Path, sent: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", TREE],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heard,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3
    started = time.monotonic()
    process.send_signal(sent)
    _, said = process.communicate(timeout=10)
    assert time.monotonic() - started < 1
    assert process.returncode == 130
    assert said == "interrupted; run make again to continue\n"
    assert [each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []


def test_a_signal_that_does_not_interrupt_the_wait_is_handled_all_the_same() -> None:
    """For example one just before the wait. Here another thread receives it, which does not end the wait either."""

    def take() -> None:
        time.sleep(0.3)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

    thread = threading.Thread(target=take)
    started = time.monotonic()
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        processes.run(["sleep", "20"])
    thread.join()
    assert time.monotonic() - started < 2


def test_a_second_signal_does_not_stop_the_killing(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []

    def kill_tree(pid: int) -> None:
        signal.raise_signal(signal.SIGTERM)
        os.kill(pid, signal.SIGKILL)
        killed.append(pid)

    monkeypatch.setattr(processes, "kill_tree", kill_tree)
    again = f"kill -TERM {os.getpid()}; kill -INT {os.getpid()}; sleep 60"
    before = [signal.signal(each, signal.default_int_handler) for each in (signal.SIGINT, signal.SIGTERM)]
    try:
        with pytest.raises(KeyboardInterrupt):
            processes.run(["sh", "-c", again])
    finally:
        for each, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(each, handler)
    assert len(killed) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (0, ""),
        (2, ""),
        (-9, "was killed by SIGKILL, perhaps because memory ran out"),
        (-15, "was killed by SIGTERM"),
    ],
)
def test_an_exit_code_of_a_killed_process_has_a_message(code: int, said: str) -> None:
    assert processes.ended(code) == said
