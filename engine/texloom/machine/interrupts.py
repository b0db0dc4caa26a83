"""Make Ctrl-C, SIGTERM and SIGHUP end a command with one line and exit code 130, at any moment.

Imports very little, because it is used before anything else is imported.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end a command like Ctrl-C."""
MARK = "TEXLOOM_BUILD"
"""Environment variable of all processes that a build starts: the folder of the report."""
MESSAGE = "interrupted; run make again to continue"
CODE = 130

_state = {"received": False}


def handled_signals() -> list[signal.Signals]:
    """The signals that are not ignored: nohup ignores SIGHUP, and shells let background processes ignore Ctrl-C."""
    return [each for each in (signal.SIGINT, *ENDING) if signal.getsignal(each) is not signal.SIG_IGN]


def end_at_once() -> None:
    """Make signals end this process at once: during imports an exception would print a traceback or be lost."""
    for each in handled_signals():
        signal.signal(each, _end)


@contextmanager
def raised() -> Iterator[None]:
    """Make the first signal raise KeyboardInterrupt, so that all is cleaned up, and a second one exit at once."""
    _state["received"] = False
    before = {each: signal.signal(each, _raise) for each in handled_signals()}
    try:
        yield
    finally:
        if _state["received"]:  # the process is ending
            ignore()
        else:
            for each, handler in before.items():
                signal.signal(each, handler)


def received() -> bool:
    """Whether a signal was raised; libraries may turn it into errors of their own during an import."""
    return _state["received"]


def end() -> NoReturn:
    """Print the message, unless the surrounding build does, and exit; further signals are ignored."""
    ignore()
    if MARK not in os.environ:
        print(MESSAGE, file=sys.stderr)
    sys.exit(CODE)


def ignore() -> None:
    """Ignore signals from now on."""
    for each in (signal.SIGINT, *ENDING):
        signal.signal(each, signal.SIG_IGN)


def _as_by_default() -> None:
    """Restore the default handlers in a forked child process, which is not one of our commands."""
    for each in (signal.SIGINT, *ENDING):
        if signal.getsignal(each) in (_raise, _end):
            signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)


os.register_at_fork(after_in_child=_as_by_default)


def _raise(number: int, frame: FrameType | None) -> None:
    if _state["received"]:
        _end(number, frame)
    _state["received"] = True
    raise KeyboardInterrupt


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    ignore()
    with suppress(Exception):  # a print may be in progress
        sys.stdout.flush()
    if MARK not in os.environ:
        with suppress(OSError):
            os.write(2, f"{MESSAGE}\n".encode())
    os._exit(CODE)
