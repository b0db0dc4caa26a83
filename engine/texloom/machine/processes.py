"""Child processes that are killed on an interrupt; every stage may be killed at any moment."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

from texloom.machine.interrupts import handled_signals


def run(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Like `subprocess.run`, but Ctrl-C, SIGTERM and SIGHUP kill the command and all its descendants.

    Raises KeyboardInterrupt after each of these signals. The command itself ignores Ctrl-C, which a terminal sends to
    all processes, so that it prints nothing. Call this from the main thread.
    """
    with _Interrupts() as interrupts, subprocess.Popen(command, preexec_fn=_ignore_interrupts, **options) as process:
        try:
            interrupts.release()
            output, errors = _communicate(process)
        except BaseException:
            interrupts.hold()
            kill_tree(process.pid)
            process.wait()  # Popen does not wait after Ctrl-C
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def _communicate(process: subprocess.Popen[Any]) -> tuple[Any, Any]:
    """Wait for a process and its output, and let Python handle signals twice a second.

    Python handles signals between two instructions. A signal that arrives between the last instruction and the wait
    would not be handled until the process ends by itself.
    """
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=0.5)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Interrupts:
    """Turns signals into KeyboardInterrupt, but delays this while a command is started or killed."""

    def __init__(self) -> None:
        self._held, self._came = True, False

    def __enter__(self) -> Self:
        self._before = {each: signal.signal(each, self._handle) for each in handled_signals()}
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _handle(self, *_: object) -> None:
        before, self._held, self._came = self._held, True, True  # a second signal must not interrupt the killing
        if not before:
            raise KeyboardInterrupt

    def hold(self) -> None:
        """Delay signals from now on."""
        self._held = True

    def release(self) -> None:
        """Raise KeyboardInterrupt for delayed signals, and for each later one."""
        self._held = False
        if self._came:
            raise KeyboardInterrupt


def ended(code: int) -> str:
    """The message for the exit code of a process that was killed by a signal; empty for other exit codes."""
    if code >= 0:
        return ""
    memory = ", perhaps because memory ran out" if -code == signal.SIGKILL else ""
    return f"was killed by {signal.Signals(-code).name}{memory}"


def kill_tree(pid: int) -> None:
    """Kill a process and its descendants; each is stopped first, so that it cannot start another one."""
    import psutil  # here, because `make clean` runs without .venv

    try:
        process = psutil.Process(pid)
        process.suspend()
        for child in process.children():
            kill_tree(child.pid)
        process.kill()
    except psutil.NoSuchProcess:
        return
