"""Child processes that end with us: every stage can be killed at any moment, so an interrupt kills all at once."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

from texloom.machine.interrupts import heard


def run(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """`subprocess.run`, but Ctrl-C, SIGTERM and SIGHUP kill the command with all its descendants before they raise.

    Raises KeyboardInterrupt for each of them. The command itself does not hear Ctrl-C, which a terminal sends to all:
    it has nothing to say. Call it from the main thread.
    """
    with _Interrupts() as interrupts, subprocess.Popen(command, preexec_fn=_ignore_interrupts, **options) as process:
        try:
            interrupts.release()
            output, errors = _communicate(process)
        except BaseException:
            interrupts.hold()
            kill_tree(process.pid)
            process.wait()  # which Popen leaves out after Ctrl-C
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def _communicate(process: subprocess.Popen[Any]) -> tuple[Any, Any]:
    """Wait for a process and its output, looking for signals twice a second.

    Python handles a signal between two instructions. One that comes after the last look and before the wait would
    not be handled until the process ends by itself.
    """
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=0.5)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Interrupts:
    """Turns signals into KeyboardInterrupt, but only when it is released: none while a command starts, or is killed."""

    def __init__(self) -> None:
        self._held, self._came = True, False

    def __enter__(self) -> Self:
        self._before = {each: signal.signal(each, self._handle) for each in heard()}
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _handle(self, *_: object) -> None:
        before, self._held, self._came = self._held, True, True  # a second one must not stop the killing
        if not before:
            raise KeyboardInterrupt

    def hold(self) -> None:
        """Keep signals for later."""
        self._held = True

    def release(self) -> None:
        """Raise KeyboardInterrupt for those that came meanwhile, and for each that comes."""
        self._held = False
        if self._came:
            raise KeyboardInterrupt


def ended(code: int) -> str:
    """What an exit code of a process that a signal has ended says; empty of one that ended by itself."""
    if code >= 0:
        return ""
    memory = ", perhaps because memory ran out" if -code == signal.SIGKILL else ""
    return f"was ended from outside by {signal.Signals(-code).name}{memory}"


def kill_tree(pid: int) -> None:
    """Kill a process and its descendants; each is stopped first, so that none starts another meanwhile."""
    import psutil  # here, because `make clean` runs without .venv

    try:
        process = psutil.Process(pid)
        process.suspend()
        for child in process.children():
            kill_tree(child.pid)
        process.kill()
    except psutil.NoSuchProcess:
        return
