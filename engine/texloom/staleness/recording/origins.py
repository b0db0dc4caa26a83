"""Classify files and code by origin: the author, the engine, Python, a library, the system or the stage itself."""

# The audit hook is called often and gets paths as strings:
# ruff: noqa: PTH100, PTH109, PTH118, PTH120, PTH206

from __future__ import annotations

import os
import site
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator, Set
from pathlib import Path
from types import FrameType

import texloom
from texloom.staleness.recording.callers import PYTHON, STDLIB
from texloom.staleness.recording.reads import GENERATED, HOME, absolute, shown

SYSTEM = (  # not all folders of a system: data may be in /var/tmp, /run/media or /usr/local/share
    *("/usr/bin", "/usr/include", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/sbin", "/usr/share"),
    *("/usr/local/bin", "/usr/local/lib", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/sys"),
    *("/System", "/Library"),  # of macOS
)

UNNAMED = "<string>"
"""The file name of code without a file, such as generated code and the code by which Python starts a child."""
STARTED_AT = "texloom_started_at"
"""An attribute of a thread: the author's line that started the thread, or the process for its main thread."""


class Origins:
    """Classifies the files and the code of one stage.

    own: folders and files that are no inputs: those that the stage writes, and those in its key; it may grow.
    build: the folder of results; files read there count, whichever code opens them.
    engine: whether files opened by the engine itself count, too.
    """

    def __init__(self, own: set[str], build: Path | None, engine: bool) -> None:
        self.own, self.engine = own, engine
        self.build = (absolute(build),) if build else ()
        self.root, self.home = os.getcwd(), HOME
        self.scratch = absolute(tempfile.gettempdir())
        self._engine = os.path.dirname(os.path.abspath(texloom.__file__))
        self.library = os.path.dirname(self._engine)
        self._foreign = _foreign_folders()

    def shown(self, path: str | os.PathLike[str]) -> str:
        """A path as it is recorded."""
        return shown(path, self.root, self.home)

    def counts(self, name: str, frame: FrameType | None, readers: tuple[str, ...] = ()) -> bool:
        """Whether a path is an input; readers: standard modules whose reads do not count."""
        if self.is_elsewhere(name):
            return False
        origin, _ = self.of(frame, readers)
        return origin == "author" or (origin == "engine" and (self.engine or is_below(name, self.build)))

    def is_opened_for_the_author(self, name: str, frame: FrameType | None) -> bool:
        """Whether a library opens a file of the report that the engine did not name, such as the font of a figure.

        The author passed the path to the library; the engine calls the library later.
        """
        while frame is not None and frame.f_code.co_filename.startswith((STDLIB, "<frozen")):
            frame = frame.f_back
        file = frame.f_code.co_filename if frame is not None else ""
        library = not self.is_engine_s(file) and not self.is_author_s(file)
        return library and is_below(name, (self.root,)) and not self.is_elsewhere(name) and not name.endswith(".py")

    def is_elsewhere(self, name: str) -> bool:
        """Whether a path belongs to the stage itself, Python, a library or the system, or is generated."""
        if is_below(name, self.own):
            return True
        below = os.path.relpath(name, self.root) if is_below(name, (self.root,)) else ""
        if below and not GENERATED.isdisjoint(below.split(os.sep)):
            return True
        if is_below(name, ("/dev",)) and not name.startswith("/dev/shm/"):  # a device
            return True
        return not below and name != self.root and is_below(name, self._foreign)

    def of(self, frame: FrameType | None, readers: tuple[str, ...] = PYTHON) -> tuple[str, str]:
        """The origin of a call: "python" for its own modules, "engine", or "author" with file and line."""
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(readers):
                return "python", ""
            if self.is_engine_s(file):
                return "engine", ""
            if self.is_author_s(file) and file != UNNAMED:
                return "author", f"{self.shown(file)}:{frame.f_lineno}"
            frame = frame.f_back
        return "author", vars(threading.current_thread()).get(STARTED_AT, "")

    def is_engine_s(self, file: str) -> bool:
        return file.startswith(self._engine + os.sep)

    def is_author_s(self, file: str) -> bool:
        """Whether code belongs neither to Python's library nor to the engine or another library."""
        if file.startswith(("<frozen", STDLIB, self._engine + os.sep)):
            return False
        inside = is_below(file, (self.root,)) and f"{os.sep}site-packages{os.sep}" not in file
        return inside or not is_below(file, self._foreign)

    def is_no_input(self, name: str) -> bool:
        """Whether a file belongs to Python, a library, the system or the stage itself."""
        own = is_below(name, self.own) or is_below(name, (self._engine,))
        return own or (is_below(name, self._foreign) and not is_below(name, (self.root,)))


def is_below(name: str, folders: Collection[str]) -> bool:
    """Whether a path is one of the folders, or lies in one; quick for a set, which may hold thousands of files."""
    if isinstance(folders, Set):
        return any(each in folders for each in _upwards(name))
    return any(name == folder or name.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _upwards(name: str) -> Iterator[str]:
    """A path, and all folders above it."""
    yield name
    while name != (name := os.path.dirname(name)):
        yield name


def _foreign_folders() -> tuple[str, ...]:
    """The folders of Python, packages and the system, and caches: no file there is an author's."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(HOME, ".cache")
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, STDLIB.rstrip(os.sep), *site.getsitepackages()}
    python |= {os.path.realpath(each) for each in python}
    return tuple(sorted(each for each in {*python, *SYSTEM, cache} if each != os.sep))
