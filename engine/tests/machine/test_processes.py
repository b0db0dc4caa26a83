"""Interrupts end a command with all that it has started, at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from texloom.machine import processes

TREE = """
import sys
from texloom.machine import processes
from texloom.commands.entry import run_command
script = 'trap "" INT TERM; sleep 60 & (sleep 60; true) & echo ready; wait; sleep 60'
run_command(lambda: processes.run(["sh", "-c", script]))
"""
"""Children and grandchildren, which ignore what can be ignored."""


def test_output_and_exit_code_are_those_of_the_command() -> None:
    finished = processes.run(["sh", "-c", "echo out; echo err >&2; exit 3"], stdout=-1, stderr=-1, text=True)
    assert (finished.returncode, finished.stdout, finished.stderr) == (3, "out\n", "err\n")


def test_signals_are_handled_as_before_afterwards() -> None:
    before = [signal.getsignal(each) for each in processes.ENDING]
    processes.run(["true"])
    assert [signal.getsignal(each) for each in processes.ENDING] == before


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_all_within_a_second_and_says_how_to_go_on(root: Path, sent: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", TREE],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a shell's background ignores it
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
    assert said == "interrupted; make goes on from where it was\n"
    assert [each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []
