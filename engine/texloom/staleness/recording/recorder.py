"""The recorder: decides which audit events count as reads of a stage.

Reads that raise no audit event are reported with the author's line: those of other programs, and of libraries in C.
Such files are declared by `texloom.results.inputs.reads`.
"""

# The audit hook is called often and gets paths as strings:
# ruff: noqa: PTH109, PTH112, PTH113, PTH114, PTH115, PTH118, PTH120

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import re
import shlex
import sys
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from texloom.data.digests import Digests, written
from texloom.staleness.recording import ending
from texloom.staleness.recording.callers import (
    ASKED,
    IMPORTING,
    PATHS,
    PYTHON,
    RESOLVING,
    behind,
    caller,
    importer,
    looking,
    pattern,
)
from texloom.staleness.recording.databases import has_log, merged_digest
from texloom.staleness.recording.left import BY_AN_EARLIER_RUN, left_before
from texloom.staleness.recording.notes import Notes
from texloom.staleness.recording.origins import Origins, is_below
from texloom.staleness.recording.products import Products
from texloom.staleness.recording.reads import Reads, absolute, listing, path_state

FORKS = "_posixsubprocess.fork_exec"
"""Our audit event for calls of this function, which Python itself audits only within subprocess."""
PROGRAMS = {
    FORKS,
    *("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.spawn"),
    "cpython.PyInterpreterState_New",  # another interpreter in the process, which this one's hooks do not cover
}
"""Audit events after which another process reads files."""
SYSTEM_QUERIES = (
    "platform",
    "ctypes.util",
    "uuid",
    "matplotlib.font_manager",
    "joblib.externals.loky.backend.context",
)
"""Modules that start programs to query the machine, its libraries or fonts; these read no files of the author's."""
SOURCE = (*importlib.machinery.SOURCE_SUFFIXES, *importlib.machinery.BYTECODE_SUFFIXES)
"""The suffixes of source and bytecode files.

Any other file that Python's import system reads counts as an ordinary file.
"""
NOT_REGULAR = ", which is not a regular file"
_PARTS = re.compile(r"""[\s=,:;@<>|&()\[\]{}"'`]+""")
"""Separators of names in an argument of a program."""
_OPTION = re.compile(r"-\w.")
SILENT = threading.local()
"""Its attribute `now` is true in a thread while recording is suspended."""


@contextmanager
def unrecorded() -> Iterator[None]:
    """Suspend recording in this thread, for reads by which the engine compares results, which are no inputs."""
    before, SILENT.now = getattr(SILENT, "now", False), True
    try:
        yield
    finally:
        SILENT.now = before


class Recorder(Notes):
    """Records reads while it is active; one at a time in a process.

    own: folders and files that are no inputs: those that the stage writes, and those in its key.
    build: the folder of results; other files read there count, whichever code opens them.
    engine: whether files opened by the engine itself count, too, as when it reads files of the author.
    """

    def __init__(self, own: Iterable[Path] = (), *, build: Path | None = None, engine: bool = False) -> None:
        super().__init__(name for path in own for name in (absolute(path), os.path.realpath(path)))
        self.origins, self.digests = Origins(self.own, build, engine), Digests()
        self._left_before = left_before(Path(self.root))
        self._products = Products(self.root)

    @property
    def root(self) -> str:
        """The folder of the project."""
        return self.origins.root

    # ---------------------------------------------------------------- audit events

    def opened(self, path: Any, mode: Any, flags: Any, within: int | None = None) -> None:
        """Handle a file about to be opened; within: an open folder to which its path is relative."""
        name = _name(path, within)
        if name is None or not isinstance(flags, int):
            return
        if not isinstance(mode, str) and flags & getattr(os, "O_DIRECTORY", 0):
            return
        if flags & os.O_ACCMODE != os.O_RDONLY:  # files that the stage writes are no inputs, even if it reads them
            if self._fails(name, flags):
                return
            if not _replaces(name, flags) and name not in self.written:
                self._grow(name, flags)
                return
            if flags & os.O_ACCMODE == os.O_RDWR and not flags & (os.O_TRUNC | os.O_EXCL) and name not in self.written:
                self._note(name)
            self._own(name)
        elif not self._is_own(name) or not self._is_own(name := os.path.realpath(name)):
            self._note(name)
        else:
            self.keep("read_there", name)

    def connected(self, path: Any) -> None:
        """Handle a database about to be opened by SQLite, which may keep changes in a log beside it until a merge."""
        name = _name(path)
        counts = name is not None and name not in self.written and self.origins.counts(name, caller())
        if name is not None and counts and has_log(Path(name)):
            self.keep("databases", name, merged_digest(Path(name)))
        else:
            self.opened(path, "r+b", os.O_RDWR | os.O_CREAT)

    def called_in_c(self, module: str, what: str) -> None:
        """Handle a call of the author's code to a standard module that works in C without audit events."""
        frame = behind(caller(), {module})
        if frame is not None and self.origins.is_author_s(frame.f_code.co_filename):
            self.keep("programs", self.origins.of(frame)[1], what)

    def scanned(self, path: Any) -> None:
        """Handle `os.scandir`; if the author calls it, kinds and sizes of the entries count, too."""
        self.listed(path)
        name, frame = _name("." if path is None else path), caller()
        if name is not None and frame is not None and self.origins.is_author_s(frame.f_code.co_filename):
            for entry in os.scandir(name):
                self.looked(entry.path, ("kind", "size"), None)

    def made(self, path: Any, within: int | None = None) -> None:
        """Handle a folder or link about to be made: it is the stage's own, unless something exists there."""
        if (name := _name(path, within)) and not self._fails(name, os.O_CREAT | os.O_EXCL):
            self._own(name)

    def removed(self, path: Any, within: int | None = None) -> None:
        """Handle a file about to be removed: it does not exist afterwards, whether or not it existed before."""
        if (name := _name(path, within)) and not Path(name).is_dir():
            self._own(name)

    def emptied(self, path: Any, within: int | None = None) -> None:
        """Handle a folder about to be removed; this succeeds only if it is empty."""
        if (name := _name(path, within)) and Path(name).is_dir() and not any(Path(name).iterdir()):
            self._own(name)

    def put_away(self, source: Any, target: Any, source_folder: int, target_folder: int) -> None:
        """Note a file about to be renamed, to see later whether the stage reads it under its new name.

        A log that is only rotated is not read.
        """
        name, place = _name(source, source_folder), _name(target, target_folder)
        unread = name is not None and self.origins.shown(name) not in self.reads.files
        if name is None or not self._is_own(name):
            self.opened(source, None, os.O_RDONLY, source_folder)
        if name and place:
            folder, last = os.path.split(place)
            there = os.path.join(os.path.realpath(folder), last)
            first = [name] if unread and name not in self.written else []
            self.moved |= dict.fromkeys((*first, *(each for each, at in self.moved.items() if at == name)), there)

    def renamed(self, source: Any, target: Any, source_folder: int, target_folder: int) -> None:
        """Handle a file or folder about to be renamed, replacing whatever has the new name."""
        name, place = _name(source, source_folder), _name(target, target_folder)
        if name and place and os.path.lexists(name) and not self._fails(place, os.O_CREAT):
            self._own(place)
            self._own(name)

    def networked(self, address: Any) -> None:
        """Handle a connection about to be made; local ones between processes have no host and do not count."""
        origin, place = self.origins.of(caller())
        if origin == "author" and isinstance(address, tuple):
            self.keep("programs", place, "reads from the network")

    def looked(self, path: Any, asked: Collection[str], within: int | None) -> None:
        """Handle a path about to be queried without being opened."""
        name = _name(path, within)
        if name is None or name in self.written or self._products.is_found(name):
            return
        if any(is_below(each, (name,)) for each in (self.root, self.origins.home, self.origins.scratch)):
            return  # these exist for every stage
        frame, known = caller(), self.looks.get(name, {})
        function = looking(frame)
        asked = ASKED.get(function, asked)
        if known.keys() >= set(asked) or (function in RESOLVING.split() and not os.path.islink(name)):
            return
        if self.origins.counts(name, frame, PYTHON if name.endswith(SOURCE) else ()):
            self.keep("looks", name, path_state(Path(name), asked))
            asking = behind(frame, PATHS)
            if asking is not None and self.origins.is_author_s(asking.f_code.co_filename):
                self.keep("places", name, self.origins.of(frame)[1])

    def sought(self, module: str, path: Iterable[str] | None) -> None:
        """Handle a module about to be imported, or only searched for; path: the search path of its package."""
        frame = importer(caller())
        if frame is None or not self.origins.is_author_s(frame.f_code.co_filename):
            return
        if module not in sys.builtin_module_names:
            folders = dict.fromkeys(absolute(each) for each in (sys.path if path is None else path))
            self.keep("imports", module, list(folders))

    def made_scratch(self, path: Any, *_: Any) -> None:
        """Handle a temporary folder or file of the stage."""
        if name := _name(path):
            self.keep("own", name)
            self.keep("own", os.path.realpath(name))

    def listed(self, path: Any, *_: Any) -> None:
        """Handle a folder about to be listed."""
        name = _name(".", path) if isinstance(path, int) else _name("." if path is None else path)
        if name is None:
            return
        frame = caller()
        if self.origins.counts(name, frame, IMPORTING):
            self._products.searched(name)
            self._note_folder(name, pattern(frame))

    def started(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Handle another process about to be started."""
        origin, place = self.origins.of(caller())
        asking = behind(caller(), ("subprocess", "os"))
        asks_system = asking is not None and asking.f_globals.get("__name__") in SYSTEM_QUERIES
        if origin == "author" and not asks_system:
            self.keep("programs", place, f"starts another program ({event})")
            folder = arguments[2] if event == "subprocess.Popen" else None
            for word in _words(arguments):
                name = absolute(os.path.join(os.fsdecode(folder or ""), word))
                if os.path.isfile(name) and not self.is_no_input(name):
                    self.keep("given", name, place)

    def declared(self, path: Any) -> None:
        """Handle the author's declaration of a file that another program reads."""
        frame = caller()
        while frame is not None and self.origins.is_engine_s(frame.f_code.co_filename):
            frame = frame.f_back
        place = self.origins.of(frame)[1]
        self.keep("declared_in", place.rpartition(":")[0])
        name = _name(path) or ""
        self.keep("declared_files", name)
        self._note_file(name)

    # ---------------------------------------------------------------- notes

    def note(self, path: Path, reader: str = "") -> None:
        """Record a file that another program, the reader, read or looked for."""
        with unrecorded():
            self._note_file(absolute(path), reader)

    def note_listing(self, folder: Path, pattern: str) -> None:
        """Record a folder that another program searches for names of this pattern."""
        with unrecorded():
            self._note_folder(absolute(folder), pattern)

    def _is_own(self, name: str) -> bool:
        """Whether a path belongs to the stage; the target of a link need not."""
        return name in self.written or is_below(name, self.own)

    def _own(self, name: str) -> None:
        """Mark a path as the stage's own from now on, also by its path with links resolved."""
        folder, last = os.path.split(name)
        for each in dict.fromkeys((name, os.path.join(os.path.realpath(folder), last))):
            self._own_as(each)

    def _fails(self, name: str, flags: int) -> bool:
        """Whether writing or making a file fails because of what exists or is missing; that is then recorded."""
        if os.path.lexists(name):
            folder = flags & os.O_ACCMODE and os.path.isdir(name)
            hindrance = name if folder or (flags & os.O_EXCL and flags & os.O_CREAT) else ""
        else:
            needed = os.path.dirname(name) if flags & os.O_CREAT else name
            hindrance = "" if os.path.isdir(needed) else needed
        if hindrance:
            self.looked(hindrance, ("kind",), None)
        return bool(hindrance)

    def _grow(self, name: str, flags: int) -> None:
        """Handle appending: the previous content stays an input, and is reported if it had been read before."""
        if flags & os.O_EXCL:
            return
        if flags & os.O_ACCMODE == os.O_RDWR:
            self._note(name)
        if self.origins.shown(name) in self.reads.files:
            self._own(name)
        self.keep("touched", name)

    def dated(self, path: Any, within: int | None = None) -> None:
        """Note that the stage itself sets a file's times."""
        if name := _name(path, within):
            self.keep("touched", name)

    def _own_as(self, name: str) -> None:
        if name not in self.written and self.origins.shown(name) in self.reads.files:
            self.keep("read_first", name)
        self.keep("written", name)
        by_author = self.origins.of(caller())[0] == "author"
        if name not in self.left and by_author and not self.origins.is_elsewhere(name):
            self.keep("left", name)

    def _note(self, name: str) -> None:
        frame = caller()
        if name.endswith(SOURCE) and self.origins.of(frame)[0] == "python":
            if not self.origins.is_elsewhere(source := _source(name)):
                self.keep("imported", source)
        elif self.origins.counts(name, frame) or self.origins.is_opened_for_the_author(name, frame):
            self._note_file(name)
            self.keep("places", name, self.origins.of(frame)[1])

    def _note_file(self, name: str, reader: str = "") -> None:
        """Record a file; reader: what reads it, if that is not the running code."""
        recorded = self.origins.shown(name)
        if recorded in self.reads.files:
            return
        kind = path_state(Path(name), ("kind",))["kind"]
        if kind == "other":  # the content of a pipe cannot be compared
            self.keep("programs", reader or self.origins.of(caller())[1], f"reads {recorded}{NOT_REGULAR}")
        elif kind != "folder":
            if kind and not is_below(name, self.origins.build):  # there the engine rewrites files without changes
                self.keep("stamps", name, written(Path(name)))
            digest = self.digests.of(Path(name)) if kind else None
            self.keep("files", recorded, digest)
            if digest and digest == self._left_before.get(recorded):
                self.keep("programs", reader or self.origins.of(caller())[1], f"reads {recorded}{BY_AN_EARLIER_RUN}")

    def _note_folder(self, name: str, wanted: str) -> None:
        if name in self._products:
            return
        recorded, wanted = self.origins.shown(name), self._products.left_out(name, wanted)
        if not any(each["pattern"] == wanted for each in self.reads.folders.get(recorded, ())):
            self.keep("folders", recorded, listing(Path(name), wanted) or {"pattern": wanted, "names": None})

    def is_no_input(self, path: str) -> bool:
        """Whether a file belongs to Python, a library, the system or the stage itself, such as generated code."""
        name = absolute(path)
        return name in self.written or self.origins.is_no_input(name)

    def finish(self) -> Reads:
        """The reads, compared with the current state; files that the stage wrote are left out."""
        return ending.finish(self, self.origins, self.digests)


def _replaces(name: str, flags: int) -> bool:
    """Whether opening a file for writing discards its previous content.

    False if the file must be new but exists, and if it is opened to append.
    """
    if not os.path.lexists(name):
        return True
    if flags & os.O_EXCL and flags & os.O_CREAT:
        return False
    return not flags & os.O_APPEND or bool(flags & os.O_TRUNC) or not Path(name).stat().st_size


def _words(arguments: tuple[Any, ...]) -> Iterator[str]:
    """The words in the arguments of an audit event that may name a file passed to a program.

    Each argument as a whole, split as a shell command, and in parts: --input=a.csv, -Ia.csv, @a.csv, x=a.csv,b.csv.
    """
    for argument in arguments:
        for each in argument if isinstance(argument, list | tuple) else [argument]:
            if isinstance(each, str | bytes | os.PathLike):
                words = [word := os.fsdecode(each)]
                with suppress(ValueError):
                    words += shlex.split(word)
                yield from words
                for word in words:
                    yield from _PARTS.split(word)
                    yield from [word[2:]] if _OPTION.match(word) else []


def _name(path: Any, within: int | None = None) -> str | None:
    """The absolute path of an argument of the hook; None for a file that is open already.

    within: an open folder to which it is relative. ".." after a link refers to the link's target.
    """
    if isinstance(path, int):
        return None
    try:
        name = os.path.join(_open_folder(within), os.fsdecode(path))
    except (TypeError, OSError):
        return None
    folder, up, rest = name.rpartition(f"{os.sep}{os.pardir}")
    if up and (not rest or rest.startswith(os.sep)):
        name = os.path.realpath(folder + up) + rest
    return absolute(name)


def _open_folder(within: int | None) -> str:
    """The path of an open folder; the current folder for None and for negative descriptors."""
    return os.getcwd() if within is None or within < 0 else os.readlink(f"/proc/self/fd/{within}")


def _source(name: str) -> str:
    """The source file of a module, given its source or bytecode file."""
    try:
        return importlib.util.source_from_cache(name)
    except ValueError:
        return name
