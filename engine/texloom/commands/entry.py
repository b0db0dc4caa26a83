"""How every command of the project ends: one clear message for what the author can mend, exit code 2, no traceback."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from texloom.commands.storage import refusal
from texloom.errors import ReportError
from texloom.machine.lock import MARK, TOLD
from texloom.machine.processes import ENDING

INTERRUPTED = "interrupted; make goes on from where it was"


def run_command(main: Callable[[], None]) -> None:
    """Run a command's main function and exit.

    Exit code 2 for a ReportError and for what the system refuses (a full disk, no permission), 130 for Ctrl-C, SIGTERM
    and SIGHUP; anything else keeps its traceback.
    """
    in_a_build = MARK in os.environ  # which says itself that it was interrupted
    for each in ENDING:
        if signal.getsignal(each) is signal.SIG_DFL:  # nohup has others ignored
            signal.signal(each, signal.default_int_handler)
    try:
        main()
    except ReportError as error:
        _fail(error)
    except Exception as error:
        refused = refusal(error)
        if refused is None:
            _remember_telling()
            raise
        _fail(refused)
    except KeyboardInterrupt:
        if not in_a_build:
            print(INTERRUPTED, file=sys.stderr)
        sys.exit(130)


def _fail(error: ReportError) -> None:
    print(error, file=sys.stderr)
    _remember_telling()
    sys.exit(2)


def _remember_telling() -> None:
    """Let the build around us, if there is one, know that its user has been told."""
    if MARK in os.environ:
        with suppress(OSError):
            Path(os.environ[MARK], TOLD).touch()
