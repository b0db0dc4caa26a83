"""Who asked: the frames of Python's stack behind what is audited, and what Python's own functions asked for."""

# A hook sees paths as texts:
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
"""Modules of Python's that read source for imports, tracebacks and the like: modules are compared as code."""
IMPORTLIB = STDLIB + "importlib" + os.sep
PYTHON = (*IMPORTING, IMPORTLIB, *(STDLIB + name for name in READING_SOURCE))
"""Who reads source as such, by the files of their code."""
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
PATHS = {"os", "posixpath", "genericpath", "pathlib", "pathlib._local", "pathlib._abc"}
"""Modules of Python's through which code looks at paths."""
GLOBBING = ("glob.py", "pathlib.py", "_local.py", "_abc.py")
"""Modules of Python's that look for names by patterns."""
LISTING_DISTRIBUTIONS = ("importlib.metadata", "importlib_metadata", "pkg_resources")
"""Modules that look for installed distributions along Python's path."""
DISTRIBUTIONS = "*.dist-info|*.egg-info|*.egg|*.egg-link"
MODULES = f"*.py|*.pyc|*.so|{FOLDERS}"
"""What they look for, and what pkgutil does."""
_RECORDING = os.path.dirname(os.path.abspath(__file__))


def caller() -> FrameType | None:
    """The frame that did what is audited."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and os.path.dirname(frame.f_code.co_filename) == _RECORDING:
        frame = frame.f_back
    return frame


def looking(frame: FrameType | None) -> str:
    """The function of Python's library that looks at a path; empty for one that is none of `ASKED`."""
    while frame is not None and frame.f_code.co_filename.startswith((STDLIB, "<frozen")):
        if frame.f_code.co_name in ASKED:
            return frame.f_code.co_name
        frame = frame.f_back
    return ""


def behind(frame: FrameType | None, modules: Collection[str]) -> FrameType | None:
    """The frame of the code that does something through these modules of Python's, or by itself."""
    while frame is not None and frame.f_globals.get("__name__") in modules:
        frame = frame.f_back
    return frame


def importer(frame: FrameType | None) -> FrameType | None:
    """Who imports, behind Python's own modules that do it."""
    while frame is not None and frame.f_code.co_filename.startswith((*IMPORTING, IMPORTLIB)):
        frame = frame.f_back
    return frame


def _is_globbing(file: str) -> bool:
    """Whether code is of Python's modules that look for names by patterns; the author's may be called like them."""
    return file.startswith(STDLIB) and os.path.basename(file) in GLOBBING


def _is_of(frame: FrameType | None, modules: Collection[str]) -> bool:
    """Whether code is of one of these modules of Python's or of a library; the author's may be called like them."""
    file = frame.f_code.co_filename if frame is not None else ""
    library = file.startswith(STDLIB) or f"{os.sep}site-packages{os.sep}" in file
    return frame is not None and library and frame.f_globals.get("__name__") in modules


def _plain(wanted: str) -> str:
    """A pattern without what stands between and before those of a record, which fits any letter."""
    return re.sub(rf"^{NEVER}|\|", "?", wanted)


def pattern(frame: FrameType | None) -> str:
    """What is looked for in a folder, where glob or pathlib look for it, or who looks for modules; else everything."""
    if _is_of(frame, LISTING_DISTRIBUTIONS):
        return DISTRIBUTIONS
    if frame is not None and _is_of(frame, ("pkgutil",)):
        return "__init__.*" if "fn" in frame.f_locals else MODULES  # in the folder of that name, or in the first one
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
