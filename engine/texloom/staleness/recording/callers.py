"""Find the code behind an audit event: stack frames, and what Python's own functions ask of a path."""

# The audit hook gets paths as strings:
# ruff: noqa: PTH100, PTH119, PTH120

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Collection
from types import FrameType

from texloom.staleness.recording.reads import FOLDERS, HIDDEN, NEVER

STDLIB = sysconfig.get_path("stdlib") + os.sep
IMPORTING = ("<frozen importlib",)
READING_SOURCE = ("linecache.py", "tokenize.py", "inspect.py", "pdb.py")
"""Standard modules that read source files for imports, tracebacks and similar purposes.

Such reads do not count as files, because modules are compared by their code.
"""
IMPORTLIB = STDLIB + "importlib" + os.sep
PYTHON = (*IMPORTING, IMPORTLIB, *(STDLIB + name for name in READING_SOURCE))
"""Prefixes of the file names of modules that read source files as source code."""
RESOLVING = "realpath _joinrealpath resolve"
"""Standard functions that check every folder of a path for being a link."""
LOOKING = {
    "kind": "exists isfile isdir ismount samefile is_file is_dir is_mount is_fifo is_socket _exists _isdir",
    "kind size": "getmtime getatime getctime getsize copymode copystat",
    "kind link": "islink lexists is_symlink _lexists",
    "link": RESOLVING,
}
"""Standard functions that query paths, by what they ask for; times never count."""
ASKED = {function: tuple(asked.split()) for asked, functions in LOOKING.items() for function in functions.split()}
PATHS = {"os", "posixpath", "genericpath", "pathlib", "pathlib._local", "pathlib._abc"}
"""Standard modules through which code queries paths."""
GLOBBING = ("glob.py", "pathlib.py", "_local.py", "_abc.py")
"""Standard modules that search for names by patterns."""
LISTING_DISTRIBUTIONS = ("importlib.metadata", "importlib_metadata", "pkg_resources")
"""Modules that search for installed distributions on Python's path."""
DISTRIBUTIONS = "*.dist-info|*.egg-info|*.egg|*.egg-link"
MODULES = f"*.py|*.pyc|*.so|{FOLDERS}"
"""The patterns of distributions and, for pkgutil, of modules."""
_RECORDING = os.path.dirname(os.path.abspath(__file__))


def caller() -> FrameType | None:
    """The frame that caused the audit event."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and os.path.dirname(frame.f_code.co_filename) == _RECORDING:
        frame = frame.f_back
    return frame


def looking(frame: FrameType | None) -> str:
    """The name of the standard function in `ASKED` that queries a path; empty if there is none."""
    while frame is not None and frame.f_code.co_filename.startswith((STDLIB, "<frozen")):
        if frame.f_code.co_name in ASKED:
            return frame.f_code.co_name
        frame = frame.f_back
    return ""


def behind(frame: FrameType | None, modules: Collection[str]) -> FrameType | None:
    """The first frame outside the given modules."""
    while frame is not None and frame.f_globals.get("__name__") in modules:
        frame = frame.f_back
    return frame


def importer(frame: FrameType | None) -> FrameType | None:
    """The frame that imports a module: the first one outside Python's import machinery."""
    while frame is not None and frame.f_code.co_filename.startswith((*IMPORTING, IMPORTLIB)):
        frame = frame.f_back
    return frame


def _is_globbing(file: str) -> bool:
    """Whether a file is one of the standard modules in GLOBBING, and not an author's module of the same name."""
    return file.startswith(STDLIB) and os.path.basename(file) in GLOBBING


def _is_of(frame: FrameType | None, modules: Collection[str]) -> bool:
    """Whether a frame belongs to one of these modules of Python or a library, and not to an author's namesake."""
    file = frame.f_code.co_filename if frame is not None else ""
    library = file.startswith(STDLIB) or f"{os.sep}site-packages{os.sep}" in file
    return frame is not None and library and frame.f_globals.get("__name__") in modules


def _plain(wanted: str) -> str:
    """A pattern with the separators and the prefix of recorded patterns replaced by "?", which fits any character."""
    return re.sub(rf"^{NEVER}|\|", "?", wanted)


def pattern(frame: FrameType | None) -> str:
    """The pattern by which a folder is listed, if glob, pathlib or a search for modules does so; else everything."""
    if _is_of(frame, LISTING_DISTRIBUTIONS):
        return DISTRIBUTIONS
    if frame is not None and _is_of(frame, ("pkgutil",)):
        return "__init__.*" if "fn" in frame.f_locals else MODULES  # in a folder of a package, or in the outer one
    while frame is not None and _is_globbing(frame.f_code.co_filename):
        names, function = frame.f_locals, frame.f_code.co_name
        if function in ("_glob1", "_rlistdir"):  # of glob
            wanted = os.fsdecode(names["pattern"]) if function == "_glob1" else "*"
            hidden = names.get("include_hidden") or wanted.startswith(".")
            wanted = _plain(wanted)
            return f"{wanted}{'/' if names['dironly'] else ''}{f'|{HIDDEN}' if hidden else ''}"
        if function in ("glob", "rglob") and isinstance(names.get("pattern"), str):  # of pathlib
            last = _plain(re.split(r"[/\\]", names["pattern"])[-1]) or "*"
            alone = not re.search(r"[/\\]", names["pattern"]) and function == "glob" and last != "**"
            wanted = [last] if alone else [FOLDERS] if last == "**" else [last, FOLDERS]
            return "|".join([*wanted, HIDDEN])
        frame = frame.f_back
    return f"*|{HIDDEN}"
