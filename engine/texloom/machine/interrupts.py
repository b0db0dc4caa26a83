"""Ctrl-C, SIGTERM and SIGHUP end a command with one line and exit code 130, at any moment.

Imports next to nothing, because it listens before anything else is imported.
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
"""Signals that end us like Ctrl-C does."""
MARK = "TEXLOOM_BUILD"
"""In the environment of all that a build starts: the folder that is built in."""
TOLD = "interrupted; make goes on from where it was"
CODE = 130

_state = {"came": False}


def heard() -> list[signal.Signals]:
    """The signals that are not ignored: nohup has SIGHUP ignored, and a shell's background Ctrl-C."""
    return [each for each in (signal.SIGINT, *ENDING) if signal.getsignal(each) is not signal.SIG_IGN]


def end_at_once() -> None:
    """Let a signal end this process where it is: an exception would end in a traceback, or be lost, in an import."""
    for each in heard():
        signal.signal(each, _end)


@contextmanager
def raised() -> Iterator[None]:
    """Let the first signal raise KeyboardInterrupt, so that all is put away, and a second one end us at once."""
    _state["came"] = False
    before = {each: signal.signal(each, _raise) for each in heard()}
    try:
        yield
    finally:
        if _state["came"]:  # we end
            ignore()
        else:
            for each, handler in before.items():
                signal.signal(each, handler)


def came() -> bool:
    """Whether a signal was raised; libraries turn that into errors of their own when it hits them in an import."""
    return _state["came"]


def end() -> NoReturn:
    """Say it, unless the build around us does, and exit; no signal is heard any more."""
    ignore()
    if MARK not in os.environ:
        print(TOLD, file=sys.stderr)
    sys.exit(CODE)


def ignore() -> None:
    """Hear no signal any more."""
    for each in (signal.SIGINT, *ENDING):
        signal.signal(each, signal.SIG_IGN)


def _as_by_default() -> None:
    """In a forked child, which is no command of ours, signals do what they do by default."""
    for each in (signal.SIGINT, *ENDING):
        if signal.getsignal(each) in (_raise, _end):
            signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)


os.register_at_fork(after_in_child=_as_by_default)


def _raise(number: int, frame: FrameType | None) -> None:
    if _state["came"]:
        _end(number, frame)
    _state["came"] = True
    raise KeyboardInterrupt


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    ignore()
    with suppress(Exception):  # a print may be under way
        sys.stdout.flush()
    if MARK not in os.environ:
        with suppress(OSError):
            os.write(2, f"{TOLD}\n".encode())
    os._exit(CODE)
