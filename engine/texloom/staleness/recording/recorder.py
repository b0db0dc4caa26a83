"""The recorder: of what an audit hook tells, what counts as read by a stage.

What no hook sees is named with the author's line: other programs, child processes, and libraries that read in C. What
those read is declared by `texloom.results.inputs.reads`.
"""

# A hook is called often, and sees paths as texts:
# ruff: noqa: PTH100, PTH109, PTH111, PTH114, PTH115, PTH116, PTH118, PTH119, PTH120, PTH206

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import re
import site
import stat
import sys
import sysconfig
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import texloom
from texloom.data.digests import Digests
from texloom.staleness.recording.reads import (
    FOLDERS,
    GENERATED,
    HIDDEN,
    Look,
    Reads,
    changed_looks,
    found_at,
    listing,
    look,
    shown,
)

SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/etc",
    "/proc",
    "/dev",
    "/sys",
    "/run",
    "/var",
    "/System",
    "/Library",
)
PROGRAMS = {"subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.fork", "os.spawn"}
"""Audit events of what reads in another process."""
IMPORTING = ("<frozen importlib",)
READING_SOURCE = ("linecache.py", "tokenize.py", "inspect.py", "pdb.py")
"""Modules of Python's that read source for imports, tracebacks and the like: modules are compared as code."""
SOURCE = (*importlib.machinery.SOURCE_SUFFIXES, *importlib.machinery.BYTECODE_SUFFIXES)
"""How the names of such files end; what else is read in these ways is read as a file."""
BEFORE = "{0}/|{0}.*.so|{0}.so"
"""What Python takes for a module before its source in the same folder."""
RESOLVING = "realpath _joinrealpath resolve"
"""Functions of Python's library that ask of every folder of a path whether it is a link."""
LOOKING = {
    "kind": "exists isfile isdir ismount samefile is_file is_dir is_mount is_fifo is_socket _exists _isdir",
    "kind size": "getmtime getatime getctime getsize copymode copystat",
    "kind link": "islink lexists is_symlink _lexists",
    "link": RESOLVING,
}
"""What is asked of a path by functions of Python's library that look at it; times never count."""
ASKED = {function: tuple(asked.split()) for asked, functions in LOOKING.items() for function in functions.split()}
GLOBBING = ("glob.py", "pathlib.py", "_local.py", "_abc.py")
"""Modules of Python's that look for names by patterns."""
SILENT = threading.local()
"""Its attribute `now` is true in a thread while nothing that it does is recorded."""
STDLIB = sysconfig.get_path("stdlib") + os.sep
PYTHON = (*IMPORTING, STDLIB + "importlib" + os.sep, *(STDLIB + name for name in READING_SOURCE))
"""Who reads source as such, by the files of their code."""
RECORDING = os.path.dirname(os.path.abspath(__file__))


@contextmanager
def unrecorded() -> Iterator[None]:
    """What the engine reads to judge, or what is compared otherwise, is no input."""
    before, SILENT.now = getattr(SILENT, "now", False), True
    try:
        yield
    finally:
        SILENT.now = before


class Recorder:
    """Notes what is read while it is active; there is one at a time in a process.

    own: folders and files whose content is known otherwise: what the stage writes, and what its key holds.
    build: the folder of results; what else is read there counts, whoever opens it.
    engine: whether what the engine itself opens counts, too, as it does where it reads what an author writes.
    """

    def __init__(self, own: Iterable[Path] = (), *, build: Path | None = None, engine: bool = False) -> None:
        self.reads, self.engine = Reads(), engine
        self.own = tuple(name for path in own for name in {os.path.abspath(path), os.path.realpath(path)})
        self.root, self.home = os.getcwd(), os.path.expanduser("~")
        self.build = (os.path.abspath(build),) if build else ()
        self.written: set[str] = set()
        self.updatable: set[str] = set()  # opened to be read and written; the end shows what was done
        self.looks: dict[str, Look] = {}
        self.imported: set[str] = set()  # source that Python has read as such
        self.imports: dict[str, list[str]] = {}  # modules that the author imports, with the folders that are searched
        self.declared_in: set[str] = set()
        self.programs: dict[str, str] = {}
        self.digests = Digests()
        self._engine = os.path.dirname(os.path.abspath(texloom.__file__))
        self._foreign = _foreign_folders()

    # ---------------------------------------------------------------- what the hook tells

    def opened(self, path: Any, mode: Any, flags: Any, within: int | None = None) -> None:
        """A file is about to be opened; within: a folder that is open, to which its path is relative."""
        name = _name(path, within)
        if name is None or not isinstance(flags, int):
            return
        if not isinstance(mode, str) and flags & getattr(os, "O_DIRECTORY", 0):
            return
        if flags & os.O_ACCMODE != os.O_RDONLY:  # what the stage writes is no input, also where it reads it, too
            if flags & os.O_ACCMODE == os.O_RDWR and not flags & (os.O_TRUNC | os.O_EXCL) and name not in self.written:
                self.updatable.add(name)
                self._note(name)
            self.written.add(name)
        elif name not in self.written:
            self._note(name)

    def changed(self, path: Any, within: int | None = None) -> None:
        """Something is made, removed or gets another name: what lies there is the stage's own."""
        if name := _name(path, within):
            self.written.add(name)

    def looked(self, path: Any, asked: Collection[str], within: int | None) -> None:
        """A path is about to be looked at without being opened."""
        name = _name(path, within)
        if name is None or name in self.written or _is_below(self.root, (name,)) or _is_below(self.home, (name,)):
            return
        frame, known = _caller(), self.looks.get(name, {})
        function = _looking(frame)
        asked = ASKED.get(function, asked)
        if known.keys() >= set(asked) or (function in RESOLVING.split() and not os.path.islink(name)):
            return
        if self._counts(name, frame, PYTHON if name.endswith(SOURCE) else ()):
            self.looks[name] = look(Path(name), asked) | known

    def sought(self, module: str, path: Iterable[str] | None) -> None:
        """A module is about to be imported, or just looked for; path: of its package."""
        frame = _caller()
        while frame is not None and frame.f_code.co_filename.startswith((*IMPORTING, STDLIB + "importlib" + os.sep)):
            frame = frame.f_back
        if frame is None or not self._is_author_s(frame.f_code.co_filename) or module in sys.builtin_module_names:
            return
        self.imports.setdefault(module, [os.path.abspath(each) for each in (sys.path if path is None else path)])

    def made_scratch(self, path: Any, *_: Any) -> None:
        """A scratch folder or file of the stage's own is made."""
        if name := _name(path):
            self.own += (name, os.path.realpath(name))

    def listed(self, path: Any, *_: Any) -> None:
        """A folder is about to be listed."""
        name = _name(".", path) if isinstance(path, int) else _name("." if path is None else path)
        if name is None or name in self.written:
            return
        frame = _caller()
        if self._counts(name, frame, IMPORTING):
            self._note_folder(name, _pattern(frame))

    def started(self, event: str) -> None:
        """Another process is about to be started."""
        origin, place = self._origin(_caller())
        if origin == "author":
            self.programs.setdefault(place, event)

    def declared(self, path: Any) -> None:
        """The author's code names what another program reads."""
        frame = _caller()
        while frame is not None and frame.f_code.co_filename.startswith(self._engine + os.sep):
            frame = frame.f_back
        place = self._origin(frame)[1]
        self.declared_in.add(place.rpartition(":")[0])
        self._note_file(_name(path) or "")

    # ---------------------------------------------------------------- what is noted

    def note(self, path: Path) -> None:
        """A file that another program has read, or has looked for."""
        if not _is_below(os.path.abspath(path), self.own):
            with unrecorded():
                self._note_file(os.path.abspath(path))

    def note_listing(self, folder: Path, pattern: str) -> None:
        """A folder in which another program looks for such names."""
        with unrecorded():
            self._note_folder(os.path.abspath(folder), pattern)

    def _note(self, name: str) -> None:
        frame = _caller()
        if name.endswith(SOURCE) and self._origin(frame)[0] == "python":
            if not self._is_elsewhere(source := _source(name)):
                self.imported.add(source)
        elif self._counts(name, frame):
            self._note_file(name)

    def _note_file(self, name: str) -> None:
        recorded = self._shown(name)
        if recorded not in self.reads.files:
            try:
                regular = stat.S_ISREG(os.stat(name).st_mode)
            except OSError:
                regular = None
            if regular is not False:
                self.reads.files[recorded] = self.digests.of(Path(name)) if regular else None

    def _note_folder(self, name: str, pattern: str) -> None:
        seen = self.reads.folders.setdefault(self._shown(name), [])
        if not any(each["pattern"] == pattern for each in seen):
            seen.append(listing(Path(name), pattern) or {"pattern": pattern, "names": None})

    def _counts(self, name: str, frame: FrameType | None, readers: tuple[str, ...] = ()) -> bool:
        """Whether a path is an input of the author's, or the user's; readers: modules of Python's for which not."""
        if self._is_elsewhere(name):
            return False
        origin, _ = self._origin(frame, readers)
        return origin == "author" or (origin == "engine" and (self.engine or _is_below(name, self.build)))

    def _is_elsewhere(self, name: str) -> bool:
        """Whether a path belongs to the stage itself, to Python, to a library or to the system."""
        if _is_below(name, self.own):
            return True
        below = os.path.relpath(name, self.root) if _is_below(name, (self.root,)) else ""
        if below and not GENERATED.isdisjoint(below.split(os.sep)):
            return True
        return not below and name != self.root and _is_below(name, self._foreign)

    def _origin(self, frame: FrameType | None, readers: tuple[str, ...] = PYTHON) -> tuple[str, str]:
        """Who asks: "python" itself for its modules, the "engine", or the "author", with file and line."""
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(readers):
                return "python", ""
            if file.startswith(self._engine + os.sep):
                return "engine", ""
            if self._is_author_s(file):
                return "author", f"{self._shown(file)}:{frame.f_lineno}"
            frame = frame.f_back
        return "author", ""

    def _is_author_s(self, file: str) -> bool:
        """Whether code lies neither in Python's library nor in the engine or another library."""
        if file.startswith(("<frozen", STDLIB, self._engine + os.sep)):
            return False
        inside = _is_below(file, (self.root,)) and f"{os.sep}site-packages{os.sep}" not in file
        return inside or not _is_below(file, self._foreign)

    def is_no_input(self, path: str) -> bool:
        """Whether a file belongs to Python, to a library or to the system, or is the stage's own, as generated code."""
        name = os.path.abspath(path)
        own = name in self.written or _is_below(name, (*self.own, self._engine))
        return own or (_is_below(name, self._foreign) and not _is_below(name, (self.root,)))

    def _shown(self, path: str | os.PathLike[str]) -> str:
        return shown(path, self.root)

    # ---------------------------------------------------------------- the end

    def finish(self) -> Reads:
        """What was read, compared with what is there now; what the stage wrote is left out."""
        written = {self._shown(name) for name in self.written - self._only_read()}
        self.reads.files = {name: digest for name, digest in sorted(self.reads.files.items()) if name not in written}
        for name, before in self.reads.files.items():
            if self.digests.of(found_at(name)) != before:
                self.reads.unsettled.append(name)
        self._finish_looks()
        self._finish_imports()
        for name, listings in sorted(self.reads.folders.items()):
            folder = found_at(name)
            made = {os.path.basename(path) for path in self.written if self._shown(os.path.dirname(path)) == name}
            for each in listings:
                now = (listing(folder, each["pattern"]) or {"names": None})["names"]
                if _without(now, made) != _without(each["names"], made):
                    self.reads.unsettled.append(f"{name}/")
                else:
                    each["names"] = now
        self.reads.unseen = sorted(
            f"{place}: starts another program ({event})"
            for place, event in self.programs.items()
            if place.rpartition(":")[0] not in self.declared_in
        )
        return self.reads

    def _finish_looks(self) -> None:
        """Of what was looked at, what was neither read, which says more, nor made by the stage."""
        files = {name for name, digest in self.reads.files.items() if digest}
        for name, found in sorted(self.looks.items()):
            read = self._shown(name) in files and not found.get("link")
            if not read and name not in self.written and not _is_below(name, self.own):
                self.reads.looked[self._shown(name)] = found
        self.reads.unsettled.extend(changed_looks(self.reads.looked))

    def _finish_imports(self) -> None:
        """What would come before the modules that the author's code imports, and those that it has not found."""
        patterns: dict[str, list[str]] = {}
        for module, folders in sorted(self.imports.items()):
            name, found = module.rpartition(".")[2], getattr(sys.modules.get(module), "__file__", None) or ""
            for folder in folders:
                if os.path.dirname(found).removesuffix(f"{os.sep}{name}") == folder:  # what is here comes later
                    if not self.is_no_input(found) and os.path.dirname(found) == folder:
                        patterns.setdefault(folder, []).append(BEFORE.format(name))
                    break
                if not self._is_elsewhere(folder) and folder != os.path.dirname(self._engine):
                    patterns.setdefault(folder, []).append(f"{name}.py|{BEFORE.format(name)}")
        for folder, wanted in sorted(patterns.items()):
            self._note_folder(folder, "|".join(wanted))
        unknown = {name for name in self.imports if "." not in name} - {*sys.modules, *sys.stdlib_module_names}
        self.reads.missing = sorted(name for name in unknown if not importlib.machinery.PathFinder.find_spec(name))

    def _only_read(self) -> set[str]:
        """Of the files that were opened to be read and written, those that are as they were."""
        files = self.reads.files
        return {name for name in self.updatable if files.get(self._shown(name)) == self.digests.of(Path(name))}


def _without(names: list[str] | None, made: Collection[str]) -> list[str]:
    return [name for name in names or () if name not in made]


def _caller() -> FrameType | None:
    """The frame that did what is audited."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and os.path.dirname(frame.f_code.co_filename) == RECORDING:
        frame = frame.f_back
    return frame


def _name(path: Any, within: int | None = None) -> str | None:
    """The whole path of an argument of the hook; None for a file that is open already.

    within: a folder that is open, to which it is relative.
    """
    if isinstance(path, int):
        return None
    try:
        name = os.fsdecode(path)
        return os.path.abspath(os.path.join(_open_folder(within), name))
    except (TypeError, OSError):
        return None


def _open_folder(within: int | None) -> str:
    """The path of a folder that is open; the current one for none, which the system's functions call -1 or less."""
    return os.getcwd() if within is None or within < 0 else os.readlink(f"/proc/self/fd/{within}")


def _source(name: str) -> str:
    """The source of a module by the file that was read, which may hold its bytecode."""
    try:
        return importlib.util.source_from_cache(name)
    except ValueError:
        return name


def _is_below(name: str, folders: Collection[str]) -> bool:
    return any(name == folder or name.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _foreign_folders() -> tuple[str, ...]:
    """Where Python, packages and the system lie, and caches: what is there belongs to libraries or to nobody."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, STDLIB.rstrip(os.sep), *site.getsitepackages()}
    python |= {os.path.realpath(each) for each in python}
    return tuple(sorted(each for each in {*python, *SYSTEM, cache} if each != os.sep))


def _looking(frame: FrameType | None) -> str:
    """The function of Python's library that looks at a path; empty for one that is none of `ASKED`."""
    while frame is not None and frame.f_code.co_filename.startswith((STDLIB, "<frozen")):
        if frame.f_code.co_name in ASKED:
            return frame.f_code.co_name
        frame = frame.f_back
    return ""


def _pattern(frame: FrameType | None) -> str:
    """What is looked for in a folder, where glob or pathlib look for it; else everything."""
    while frame is not None and os.path.basename(frame.f_code.co_filename) in GLOBBING:
        names, function = frame.f_locals, frame.f_code.co_name
        if function in ("_glob1", "_rlistdir"):  # of glob
            wanted = os.fsdecode(names["pattern"]) if function == "_glob1" else "*"
            hidden = names.get("include_hidden") or wanted.startswith(".")
            return f"{wanted}{'/' if names['dironly'] else ''}{f'|{HIDDEN}' if hidden else ''}"
        if function in ("glob", "rglob") and isinstance(names.get("pattern"), str):  # of pathlib
            last = re.split(r"[/\\]", names["pattern"])[-1] or "*"
            alone = last == names["pattern"] and function == "glob" and last != "**"
            wanted = [last] if alone else [FOLDERS] if last == "**" else [last, FOLDERS]
            return "|".join([*wanted, HIDDEN])
        frame = frame.f_back
    return f"*|{HIDDEN}"
