"""Child processes that end with us: every stage can be killed at any moment, so an interrupt kills all at once."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psutil

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end us like Ctrl-C does."""


def run(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """`subprocess.run`, but Ctrl-C, SIGTERM and SIGHUP kill the command with all its descendants before they raise.

    Raises KeyboardInterrupt for each of them. Call it from the main thread.
    """
    with _as_interrupts(), subprocess.Popen(command, **options) as process:
        try:
            output, errors = process.communicate()
        except BaseException:
            kill_tree(process.pid)
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


@contextmanager
def _as_interrupts() -> Iterator[None]:
    before = {each: signal.signal(each, signal.default_int_handler) for each in ENDING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def kill_tree(pid: int) -> None:
    """Kill a process and its descendants; each is stopped first, so that none starts another meanwhile."""
    try:
        process = psutil.Process(pid)
        process.suspend()
        for child in process.children():
            kill_tree(child.pid)
        process.kill()
    except psutil.NoSuchProcess:
        return
