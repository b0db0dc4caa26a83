"""How every command of the project ends: one clear message for the author's mistakes, exit code 2, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from texloom.errors import ReportError


def run_command(main: Callable[[], None]) -> None:
    """Run a command's main function and exit; anything but a ReportError keeps its traceback."""
    try:
        main()
    except ReportError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("interrupted; make goes on from where it was", file=sys.stderr)
        sys.exit(130)
