"""The recorder: of what an audit hook tells, what counts as read by a stage.

What no hook sees is named with the author's line: other programs, and libraries that read in C. What those read is
declared by `texloom.results.inputs.reads`.
"""

# A hook is called often, and sees paths as texts:
# ruff: noqa: PTH100, PTH109, PTH112, PTH113, PTH114, PTH115, PTH118, PTH120

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

from texloom.data.digests import Digests
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
from texloom.staleness.recording.reads import Reads, listing, look, stamp

FORKS = "_posixsubprocess.fork_exec"
"""The audit event of what starts a program by this function, of which Python itself tells only for subprocess."""
PROGRAMS = {
    FORKS,
    *("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.spawn"),
    "cpython.PyInterpreterState_New",  # another interpreter within the process, which no hook of this one sees
}
"""Audit events of what reads in another process."""
TELL_OF_THE_SYSTEM = (
    "platform",
    "ctypes.util",
    "uuid",
    "matplotlib.font_manager",
    "joblib.externals.loky.backend.context",
)
"""Modules whose programs tell of the machine, its libraries or its fonts, and read nothing of the author's."""
SOURCE = (*importlib.machinery.SOURCE_SUFFIXES, *importlib.machinery.BYTECODE_SUFFIXES)
"""How the names of source and bytecode end; what else is read as these are is read as a file."""
_PARTS = re.compile(r"""[\s=,:;@<>|&()\[\]{}"'`]+""")
"""What stands between names in an argument of a program."""
_OPTION = re.compile(r"-\w.")
SILENT = threading.local()
"""Its attribute `now` is true in a thread while nothing that it does is recorded."""


@contextmanager
def unrecorded() -> Iterator[None]:
    """What the engine reads to judge, or what is compared otherwise, is no input."""
    before, SILENT.now = getattr(SILENT, "now", False), True
    try:
        yield
    finally:
        SILENT.now = before


class Recorder(Notes):
    """Notes what is read while it is active; there is one at a time in a process.

    own: folders and files whose content is known otherwise: what the stage writes, and what its key holds.
    build: the folder of results; what else is read there counts, whoever opens it.
    engine: whether what the engine itself opens counts, too, as it does where it reads what an author writes.
    """

    def __init__(self, own: Iterable[Path] = (), *, build: Path | None = None, engine: bool = False) -> None:
        super().__init__(name for path in own for name in (os.path.abspath(path), os.path.realpath(path)))
        self.origins, self.digests = Origins(self.own, build, engine), Digests()
        self._left_before = left_before(Path(self.root))
        self._products = Products(self.root)

    @property
    def root(self) -> str:
        """The folder of the project."""
        return self.origins.root

    # ---------------------------------------------------------------- what the hook tells

    def opened(self, path: Any, mode: Any, flags: Any, within: int | None = None) -> None:
        """A file is about to be opened; within: a folder that is open, to which its path is relative."""
        name = _name(path, within)
        if name is None or not isinstance(flags, int):
            return
        if not isinstance(mode, str) and flags & getattr(os, "O_DIRECTORY", 0):
            return
        if flags & os.O_ACCMODE != os.O_RDONLY:  # what the stage writes is no input, also where it reads it, too
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
        """A database is about to be opened by SQLite, whose content may lie in a log beside it until that is merged."""
        name = _name(path)
        counts = name is not None and name not in self.written and self.origins.counts(name, caller())
        if name is not None and counts and has_log(Path(name)):
            self.keep("databases", name, merged_digest(Path(name)))
        else:
            self.opened(path, "r+b", os.O_RDWR | os.O_CREAT)

    def called_in_c(self, module: str, what: str) -> None:
        """The author's code does something by a module of Python's whose doings in C nobody sees."""
        frame = behind(caller(), {module})
        if frame is not None and self.origins.is_author_s(frame.f_code.co_filename):
            self.keep("programs", self.origins.of(frame)[1], what)

    def scanned(self, path: Any) -> None:
        """A folder is about to be listed with what its entries are; where the author does it, their sizes count."""
        self.listed(path)
        name, frame = _name("." if path is None else path), caller()
        if name is not None and frame is not None and self.origins.is_author_s(frame.f_code.co_filename):
            for entry in os.scandir(name):
                self.looked(entry.path, ("kind", "size"), None)

    def made(self, path: Any, within: int | None = None) -> None:
        """A folder or a link is about to be made: what lies there is the stage's own, unless something is there."""
        if (name := _name(path, within)) and not self._fails(name, os.O_CREAT | os.O_EXCL):
            self._own(name)

    def removed(self, path: Any, within: int | None = None) -> None:
        """A file is about to be removed: whether or not it was there, nothing is afterwards."""
        if (name := _name(path, within)) and not Path(name).is_dir():
            self._own(name)

    def emptied(self, path: Any, within: int | None = None) -> None:
        """A folder is about to be removed, which only one without anything in it can be."""
        if (name := _name(path, within)) and Path(name).is_dir() and not any(Path(name).iterdir()):
            self._own(name)

    def put_away(self, source: Any, target: Any, source_folder: int, target_folder: int) -> None:
        """A file is about to get another name; whether the stage reads it under that, as no log that it puts away."""
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
        """Something is about to get another name, in place of what has it."""
        name, place = _name(source, source_folder), _name(target, target_folder)
        if name and place and os.path.lexists(name) and not self._fails(place, os.O_CREAT):
            self._own(place)
            self._own(name)

    def networked(self, address: Any) -> None:
        """A connection is about to be made; one within this machine's own system, as between processes, has no host."""
        origin, place = self.origins.of(caller())
        if origin == "author" and isinstance(address, tuple):
            self.keep("programs", place, "reads from the network")

    def looked(self, path: Any, asked: Collection[str], within: int | None) -> None:
        """A path is about to be looked at without being opened."""
        name = _name(path, within)
        if name is None or name in self.written or self._products.is_found(name):
            return
        if any(is_below(each, (name,)) for each in (self.root, self.origins.home, self.origins.scratch)):
            return  # which are there for every stage
        frame, known = caller(), self.looks.get(name, {})
        function = looking(frame)
        asked = ASKED.get(function, asked)
        if known.keys() >= set(asked) or (function in RESOLVING.split() and not os.path.islink(name)):
            return
        if self.origins.counts(name, frame, PYTHON if name.endswith(SOURCE) else ()):
            self.keep("looks", name, look(Path(name), asked))
            asking = behind(frame, PATHS)
            if asking is not None and self.origins.is_author_s(asking.f_code.co_filename):
                self.keep("places", name, self.origins.of(frame)[1])

    def sought(self, module: str, path: Iterable[str] | None) -> None:
        """A module is about to be imported, or just looked for; path: of its package."""
        frame = importer(caller())
        if frame is None or not self.origins.is_author_s(frame.f_code.co_filename):
            return
        if module not in sys.builtin_module_names:
            folders = dict.fromkeys(os.path.abspath(each) for each in (sys.path if path is None else path))
            self.keep("imports", module, list(folders))

    def made_scratch(self, path: Any, *_: Any) -> None:
        """A scratch folder or file of the stage's own is made."""
        if name := _name(path):
            self.keep("own", name)
            self.keep("own", os.path.realpath(name))

    def listed(self, path: Any, *_: Any) -> None:
        """A folder is about to be listed."""
        name = _name(".", path) if isinstance(path, int) else _name("." if path is None else path)
        if name is None:
            return
        frame = caller()
        if self.origins.counts(name, frame, IMPORTING):
            self._products.searched(name)
            self._note_folder(name, pattern(frame))

    def started(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Another process is about to be started."""
        origin, place = self.origins.of(caller())
        asking = behind(caller(), ("subprocess", "os"))
        asks_system = asking is not None and asking.f_globals.get("__name__") in TELL_OF_THE_SYSTEM
        if origin == "author" and not asks_system:
            self.keep("programs", place, f"starts another program ({event})")
            folder = arguments[2] if event == "subprocess.Popen" else None
            for word in _words(arguments):
                name = os.path.abspath(os.path.join(os.fsdecode(folder or ""), word))
                if os.path.isfile(name) and not self.is_no_input(name):
                    self.keep("given", name, place)

    def declared(self, path: Any) -> None:
        """The author's code names what another program reads."""
        frame = caller()
        while frame is not None and self.origins.is_engine_s(frame.f_code.co_filename):
            frame = frame.f_back
        place = self.origins.of(frame)[1]
        self.keep("declared_in", place.rpartition(":")[0])
        name = _name(path) or ""
        self.keep("declared_files", name)
        self._note_file(name)

    # ---------------------------------------------------------------- what is noted

    def note(self, path: Path) -> None:
        """A file that another program has read, or has looked for."""
        if not is_below(os.path.abspath(path), self.own):
            with unrecorded():
                self._note_file(os.path.abspath(path))

    def note_listing(self, folder: Path, pattern: str) -> None:
        """A folder in which another program looks for such names."""
        with unrecorded():
            self._note_folder(os.path.abspath(folder), pattern)

    def _is_own(self, name: str) -> bool:
        """Whether a path is the stage's; where that is a link, what it leads to need not be."""
        return name in self.written or is_below(name, self.own)

    def _own(self, name: str) -> None:
        """What lies there is the stage's own from now on, also by the path to it without links."""
        folder, last = os.path.split(name)
        for each in dict.fromkeys((name, os.path.join(os.path.realpath(folder), last))):
            self._own_as(each)

    def _fails(self, name: str, flags: int) -> bool:
        """Whether opening a file to write, or making it, fails for what is there or is not: that counts, then."""
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
        """A file may grow at its end: what was there stays an input, and is named where it had been read before."""
        if flags & os.O_EXCL:
            return
        if flags & os.O_ACCMODE == os.O_RDWR:
            self._note(name)
        if self.origins.shown(name) in self.reads.files:
            self._own(name)
        self.keep("touched", name)

    def dated(self, path: Any, within: int | None = None) -> None:
        """The stage itself sets a file's times."""
        if name := _name(path, within):
            self.keep("touched", name)

    def _own_as(self, name: str) -> None:
        if name not in self.written and self.origins.shown(name) in self.reads.files:
            self.keep("read_first", name)
        self.keep("written", name)
        if name not in self.left and self.origins.counts(name, caller()):
            self.keep("left", name)

    def _note(self, name: str) -> None:
        frame = caller()
        if name.endswith(SOURCE) and self.origins.of(frame)[0] == "python":
            if not self.origins.is_elsewhere(source := _source(name)):
                self.keep("imported", source)
        elif self.origins.counts(name, frame) or self.origins.is_opened_for_the_author(name, frame):
            self._note_file(name)
            self.keep("places", name, self.origins.of(frame)[1])

    def _note_file(self, name: str) -> None:
        recorded = self.origins.shown(name)
        if recorded in self.reads.files:
            return
        kind = look(Path(name), ("kind",))["kind"]
        if kind == "other":  # what comes through a pipe, nobody can compare
            self.keep("programs", self.origins.of(caller())[1], f"reads {recorded}, which is no file")
        elif kind != "folder":
            if kind and not is_below(name, self.origins.build):  # where the engine writes the same again
                self.keep("stamps", name, stamp(name))
            digest = self.digests.of(Path(name)) if kind else None
            self.keep("files", recorded, digest)
            if digest and digest == self._left_before.get(recorded):
                self.keep("programs", self.origins.of(caller())[1], f"reads {recorded}{BY_AN_EARLIER_RUN}")

    def _note_folder(self, name: str, wanted: str) -> None:
        if name in self._products:
            return
        recorded, wanted = self.origins.shown(name), self._products.left_out(name, wanted)
        if not any(each["pattern"] == wanted for each in self.reads.folders.get(recorded, ())):
            self.keep("folders", recorded, listing(Path(name), wanted) or {"pattern": wanted, "names": None})

    def is_no_input(self, path: str) -> bool:
        """Whether a file belongs to Python, to a library or to the system, or is the stage's own, as generated code."""
        name = os.path.abspath(path)
        return name in self.written or self.origins.is_no_input(name)

    def finish(self) -> Reads:
        """What was read, compared with what is there now; what the stage wrote is left out."""
        return ending.finish(self, self.origins, self.digests)


def _replaces(name: str, flags: int) -> bool:
    """Whether opening a file to write leaves nothing of what another has put there.

    It does not where the file must be new and is not, and where it grows at its end.
    """
    if not os.path.lexists(name):
        return True
    if flags & os.O_EXCL and flags & os.O_CREAT:
        return False
    return not flags & os.O_APPEND or bool(flags & os.O_TRUNC) or not Path(name).stat().st_size


def _words(arguments: tuple[Any, ...]) -> Iterator[str]:
    """What a program is given, of the arguments of an audit event, that may name a file.

    Each by itself, as a line for a shell, and in parts, as in --input=a.csv, -Ia.csv, @a.csv, x=a.csv,b.csv.
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
    """The whole path of an argument of the hook; None for a file that is open already.

    within: a folder that is open, to which it is relative. What comes after a link is of the folder that it leads to.
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
    return os.path.abspath(name)


def _open_folder(within: int | None) -> str:
    """The path of a folder that is open; the current one for none, which the system's functions call -1 or less."""
    return os.getcwd() if within is None or within < 0 else os.readlink(f"/proc/self/fd/{within}")


def _source(name: str) -> str:
    """The source of a module by the file that was read, which may hold its bytecode."""
    try:
        return importlib.util.source_from_cache(name)
    except ValueError:
        return name
