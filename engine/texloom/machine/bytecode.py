"""Run every module from its source, except installed ones.

Python compares bytecode with its source only by time and size.

A copy that preserves times, as by cp -p, rsync and unzip, may replace a module by other code of the same size.
"""

from __future__ import annotations

import importlib
import os
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType

_INSTALLED = (f"{sys.prefix}/", f"{sys.base_prefix}/")
_get_code = SourceFileLoader.get_code


def ignore() -> None:
    """Use bytecode only for Python itself and installed packages, from now on in this process."""
    SourceFileLoader.get_code = _code_of_source


def run_again() -> None:
    """Reload from source those modules of the report that have been imported already.

    These are the modules of the package of `python -m package`.
    """
    here = f"{os.getcwd()}/"  # noqa: PTH109  pathlib is not imported yet
    for name, module in list(sys.modules.items()):
        loader = getattr(getattr(module, "__spec__", None), "loader", None)
        if name == "__main__" or name.partition(".")[0] == "texloom" or not isinstance(loader, SourceFileLoader):
            continue
        if loader.path.startswith(here) and not loader.path.startswith(_INSTALLED):
            importlib.reload(module)


def _code_of_source(self: SourceFileLoader, fullname: str) -> CodeType | None:
    path = self.get_filename(fullname)
    if path.startswith(_INSTALLED):
        return _get_code(self, fullname)
    return self.source_to_code(self.get_data(path), path)
