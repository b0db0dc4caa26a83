"""The entry point of all commands: errors that the author can fix end in one message and exit code 2, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, cast

from texloom.commands.explaining import explained, placed
from texloom.commands.storage import Output, refusal
from texloom.errors import ReportError
from texloom.machine import interrupts
from texloom.machine.stage_errors import record_error


def run_command(main: Callable[[], None]) -> None:
    """Run a command's main function and exit.

    Exit code 2 for a ReportError, for exceptions of the author's code and for errors of the system (full disk, no
    permission), 130 for Ctrl-C, SIGTERM and SIGHUP; all other exceptions keep their traceback. In a build the first
    stage that fails prints its error at once.
    """
    if isinstance(sys.stdout, TextIOWrapper):  # print file names that are not UTF-8, too, as stderr does
        sys.stdout.reconfigure(errors="backslashreplace")
        sys.stdout = cast("TextIOWrapper", Output(sys.stdout))
    try:
        with interrupts.raised():
            _check_folder()
            main()
            if sys.stdout is not None:
                sys.stdout.flush()
    except ReportError as error:
        _fail(placed(error))
    except KeyboardInterrupt:
        interrupts.end()
    except SystemExit as error:
        if found := explained(error):  # the author's code ended the program
            _fail(found)
        raise
    except BaseException as error:  # libraries in Rust raise one that is not an Exception
        if interrupts.received():  # a library may turn it into an error of its own while it is imported
            interrupts.end()
        if found := refusal(error) or explained(error):
            _fail(placed(found.with_traceback(error.__traceback__)))
        if not record_error(f"{type(error).__name__}: {error}"):
            sys.exit(1)
        raise


def _check_folder() -> None:
    """Raise ReportError if the path of the report's folder is not UTF-8, which some libraries do not support."""
    folder = str(Path.cwd())
    if any("\udc80" <= each <= "\udcff" for each in folder):
        raise ReportError(folder, "is a path that is not UTF-8, which some libraries do not support", "rename it")


def _fail(error: ReportError) -> NoReturn:
    if record_error(str(error)):
        print(error, file=sys.stderr)
    sys.exit(2)
