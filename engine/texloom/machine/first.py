"""What a command does before all else; imports only what Python has imported by then."""

from __future__ import annotations

import os
import sys


def begin() -> None:
    """Run modules from their source, and let signals end this process in one line.

    Exits with 2 where the report's folder hides a module of Python's own: it comes first where modules are searched, so
    its random.py would take the place of Python's in every library.
    """
    for path in sorted(entry.name for entry in os.scandir()):
        name = path.removesuffix(".py")
        is_module = name != path or os.path.exists(f"{path}/__init__.py")  # noqa: PTH110
        if is_module and name in sys.stdlib_module_names and name not in sys.builtin_module_names:
            print(f"{path}: hides Python's own module '{name}' from every library\n  rename it", file=sys.stderr)
            sys.exit(2)
    from texloom.machine import bytecode, interrupts

    bytecode.ignore()
    bytecode.run_again()
    interrupts.end_at_once()
