"""Run every module as its source is, except installed ones.

Python compares bytecode with its source only by time and size. A copy that preserves times, as by cp -p, rsync and
unzip, may replace a module by other code of the same size. So the author's modules are always compiled. The engine's
own bytecode is compared by a hash of the source (PEP 552), because compiling the engine would take as long as a build
with nothing to do.
"""

from __future__ import annotations

import importlib
import importlib.util
import marshal
import os
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType

_INSTALLED = (f"{sys.prefix}/", f"{sys.base_prefix}/")
_get_code = SourceFileLoader.get_code
_ENGINE = f"{__name__.partition('.')[0]}."
_HEAD = importlib.util.MAGIC_NUMBER + (0b11).to_bytes(4, "little")
"""The head of bytecode that is compared by a hash of its source, which follows it."""


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
    source = self.get_data(path)
    return _code_of_engine(self, source, path) if fullname.startswith(_ENGINE) else self.source_to_code(source, path)


def _code_of_engine(loader: SourceFileLoader, source: bytes, path: str) -> CodeType:
    """The code of a module of the engine, from bytecode with the hash of this source, which is written if missing."""
    head, cache = _HEAD + importlib.util.source_hash(source), importlib.util.cache_from_source(path)
    try:
        stored = loader.get_data(cache)
        code = marshal.loads(stored[len(head) :]) if stored.startswith(head) else None
    except (OSError, EOFError, ValueError, TypeError):  # missing or damaged
        code = None
    if isinstance(code, CodeType) and code.co_filename == path:  # otherwise the folder was moved
        return code
    code = loader.source_to_code(source, path)
    if not sys.dont_write_bytecode:
        loader.set_data(cache, head + marshal.dumps(code))  # in one step; ignores folders that cannot be written
    return code
