"""How every command of the project ends: one clear message for what the author can mend, exit code 2, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, cast

from texloom.commands.storage import Output, refusal
from texloom.errors import ReportError
from texloom.machine import interrupts
from texloom.machine.told import tell


def run_command(main: Callable[[], None]) -> None:
    """Run a command's main function and exit.

    Exit code 2 for a ReportError and for what the system refuses (a full disk, no permission), 130 for Ctrl-C, SIGTERM
    and SIGHUP; anything else keeps its traceback. Of the stages of a build the first that fails says why at once.
    """
    if isinstance(sys.stdout, TextIOWrapper):  # names of files that are not UTF-8 are printed, too, as on stderr
        sys.stdout.reconfigure(errors="backslashreplace")
        sys.stdout = cast("TextIOWrapper", Output(sys.stdout))
    try:
        with interrupts.raised():
            _check_folder()
            main()
            if sys.stdout is not None:
                sys.stdout.flush()
    except ReportError as error:
        _fail(error)
    except KeyboardInterrupt:
        interrupts.end()
    except SystemExit:
        raise
    except BaseException as error:  # libraries in Rust have one that is no Exception
        if interrupts.came():  # a library, while it is imported, takes it for an error of its own
            interrupts.end()
        if refused := refusal(error):
            _fail(refused)
        if not tell(f"{type(error).__name__}: {error}"):
            sys.exit(1)
        raise


def _check_folder() -> None:
    """Raises ReportError where the path of the report's folder is not UTF-8: libraries of a build cannot take it."""
    folder = str(Path.cwd())
    if any("\udc80" <= each <= "\udcff" for each in folder):
        raise ReportError(folder, "is a path that is not UTF-8, which some libraries cannot take", "rename it")


def _fail(error: ReportError) -> NoReturn:
    if tell(str(error)):
        print(error, file=sys.stderr)
    sys.exit(2)
