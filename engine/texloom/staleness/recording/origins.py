"""Whose a file, or code, is: the author's, the engine's, Python's, a library's, the system's or the stage's own."""

# A hook is called often, and sees paths as texts:
# ruff: noqa: PTH100, PTH109, PTH111, PTH120, PTH206

from __future__ import annotations

import os
import site
import sys
import tempfile
import threading
from collections.abc import Collection
from pathlib import Path
from types import FrameType

import texloom
from texloom.staleness.recording.callers import PYTHON, STDLIB
from texloom.staleness.recording.reads import GENERATED, shown

SYSTEM = (  # not all that a system has: data lie in /var/tmp, /run/media or /usr/local/share
    *("/usr/bin", "/usr/include", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/sbin", "/usr/share"),
    *("/usr/local/bin", "/usr/local/lib", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/sys"),
    *("/System", "/Library"),  # of macOS
)

UNNAMED = "<string>"
"""The file of code that is no file: what another has generated, and how Python starts a child."""
STARTED_AT = "texloom_started_at"
"""An attribute of a thread: the author's line that started it, or the process whose main thread it is."""


class Origins:
    """What belongs to whom in one stage.

    own: folders and files whose content is known otherwise: what the stage writes, and what its key holds; it may grow.
    build: the folder of results; what is read there counts, whoever opens it.
    engine: whether what the engine itself opens counts, too.
    """

    def __init__(self, own: set[str], build: Path | None, engine: bool) -> None:
        self.own, self.engine = own, engine
        self.build = (os.path.abspath(build),) if build else ()
        self.root, self.home = os.getcwd(), os.path.expanduser("~")
        self.scratch = os.path.abspath(tempfile.gettempdir())
        self._engine = os.path.dirname(os.path.abspath(texloom.__file__))
        self.library = os.path.dirname(self._engine)
        self._foreign = _foreign_folders()

    def shown(self, path: str | os.PathLike[str]) -> str:
        """A path as it is recorded."""
        return shown(path, self.root)

    def counts(self, name: str, frame: FrameType | None, readers: tuple[str, ...] = ()) -> bool:
        """Whether a path is an input of the author's, or the user's; readers: modules of Python's for which not."""
        if self.is_elsewhere(name):
            return False
        origin, _ = self.of(frame, readers)
        return origin == "author" or (origin == "engine" and (self.engine or is_below(name, self.build)))

    def is_opened_for_the_author(self, name: str, frame: FrameType | None) -> bool:
        """Whether a library opens a file of the report that the engine did not name, as the font of a figure's text.

        The author gave it the path; the engine calls the library later.
        """
        while frame is not None and frame.f_code.co_filename.startswith((STDLIB, "<frozen")):
            frame = frame.f_back
        file = frame.f_code.co_filename if frame is not None else ""
        library = not self.is_engine_s(file) and not self.is_author_s(file)
        return library and is_below(name, (self.root,)) and not self.is_elsewhere(name) and not name.endswith(".py")

    def is_elsewhere(self, name: str) -> bool:
        """Whether a path belongs to the stage itself, to Python, to a library or to the system."""
        if is_below(name, self.own):
            return True
        below = os.path.relpath(name, self.root) if is_below(name, (self.root,)) else ""
        if below and not GENERATED.isdisjoint(below.split(os.sep)):
            return True
        if is_below(name, ("/dev",)) and not name.startswith("/dev/shm/"):  # a device
            return True
        return not below and name != self.root and is_below(name, self._foreign)

    def of(self, frame: FrameType | None, readers: tuple[str, ...] = PYTHON) -> tuple[str, str]:
        """Who asks: "python" itself for its modules, the "engine", or the "author", with file and line."""
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
        """Whether code lies neither in Python's library nor in the engine or another library."""
        if file.startswith(("<frozen", STDLIB, self._engine + os.sep)):
            return False
        inside = is_below(file, (self.root,)) and f"{os.sep}site-packages{os.sep}" not in file
        return inside or not is_below(file, self._foreign)

    def is_no_input(self, name: str) -> bool:
        """Whether a file belongs to Python, to a library or to the system, or is the stage's own."""
        own = is_below(name, (*self.own, self._engine))
        return own or (is_below(name, self._foreign) and not is_below(name, (self.root,)))


def is_below(name: str, folders: Collection[str]) -> bool:
    """Whether a path is one of the folders, or lies in one."""
    return any(name == folder or name.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _foreign_folders() -> tuple[str, ...]:
    """Where Python, packages and the system lie, and caches: what is there belongs to libraries or to nobody."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, STDLIB.rstrip(os.sep), *site.getsitepackages()}
    python |= {os.path.realpath(each) for each in python}
    return tuple(sorted(each for each in {*python, *SYSTEM, cache} if each != os.sep))
