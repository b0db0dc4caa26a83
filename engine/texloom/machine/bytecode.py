"""Modules that are not installed run from their source: Python takes bytecode for current by time and size alone.

A copy that keeps times, as of cp -p, rsync and unzip, may put other code of the same size in a module's place.
"""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from types import CodeType

_INSTALLED = (f"{sys.prefix}/", f"{sys.base_prefix}/")
_get_code = SourceFileLoader.get_code


def ignore() -> None:
    """From now on neither read nor write bytecode but that of Python and of installed packages, in this process."""
    SourceFileLoader.get_code = _code_of_source


def _code_of_source(self: SourceFileLoader, fullname: str) -> CodeType | None:
    path = self.get_filename(fullname)
    if path.startswith(_INSTALLED):
        return _get_code(self, fullname)
    return self.source_to_code(self.get_data(path), path)
