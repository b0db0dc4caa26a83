"""The first steps of a command; imports only modules that Python has loaded already."""

from __future__ import annotations

import os
import sys


def begin() -> None:
    """Run modules from source, and make signals end this process with one line.

    Exits with 2 if a file in the report's folder shadows a standard module: this folder is first on the search path, so
    its random.py would replace Python's in every library.
    """
    for path in sorted(entry.name for entry in os.scandir()):
        name = path.removesuffix(".py")
        is_module = name != path or os.path.exists(f"{path}/__init__.py")  # noqa: PTH110
        if is_module and name in sys.stdlib_module_names and name not in sys.builtin_module_names:
            print(f"{path}: shadows Python's standard module '{name}'\n  rename it", file=sys.stderr)
            sys.exit(2)
    from texloom.machine import bytecode, interrupts

    bytecode.ignore()
    bytecode.run_again()
    interrupts.end_at_once()
