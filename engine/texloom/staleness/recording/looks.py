"""Looks at files that open nothing: Python audits none, so that the functions of `os` tell of them themselves.

All that Python's own library does with paths goes through these, `os.path`, pathlib, glob and shutil included. What
C asks the system is not noticed; imports go another way.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from texloom.staleness.recording.recorder import unrecorded

LOOKS = "texloom.looks"
"""The audit event: path, what is asked of it, and a folder that is open, to which it is relative."""
OPENS = "texloom.opens"
"""The same of what is opened in such a folder: path, flags, folder. Python's own event does not name the folder."""
ASKED = {
    "stat": ("kind", "size"),
    "lstat": ("kind", "size", "link"),
    "readlink": ("link",),
    "access": ("kind",),
}
"""What each function of `os` asks."""
SYSTEM = ("posix", "importlib._bootstrap", "importlib._bootstrap_external", "_frozen_importlib_external")
"""Modules that keep the system's own."""
LISTS = (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids)
"""Python's own sets of the functions that take this or that."""


def install() -> None:
    """Replace the functions of `os`, for the life of this process, also where a module has taken them from there."""
    telling = {getattr(os, name): _telling(getattr(os, name), asked) for name, asked in ASKED.items()}
    telling[os.open] = _opening(os.open)
    for original, function in telling.items():
        function.__module__ = "os"  # as it is pickled
        for each in LISTS:
            if original in each:
                each.add(function)
    by_place = {id(original): function for original, function in telling.items()}
    for module in [*sys.modules.values()]:
        if isinstance(module, ModuleType) and module.__name__ not in SYSTEM:
            _replace(module, by_place)


def _replace(module: ModuleType, by_place: Mapping[int, Callable[..., Any]]) -> None:
    """The same in one module, and in its classes; by_place: what stands for each function, by where that lies."""
    for name, value in [*vars(module).items()]:
        if id(value) in by_place:
            setattr(module, name, by_place[id(value)])
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for attribute, kept in [*vars(value).items()]:
                if isinstance(kept, staticmethod) and id(kept.__func__) in by_place:
                    setattr(value, attribute, staticmethod(by_place[id(kept.__func__)]))


def _telling(function: Callable[..., Any], asked: tuple[str, ...]) -> Callable[..., Any]:
    @functools.wraps(function)
    def look(path: Any, *arguments: Any, **options: Any) -> Any:
        sys.audit(LOOKS, path, asked, options.get("dir_fd"))
        return function(path, *arguments, **options)

    return look


def _opening(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def opened(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if dir_fd is None:
            return function(path, flags, mode)
        sys.audit(OPENS, path, flags, dir_fd)
        with unrecorded():
            return function(path, flags, mode, dir_fd=dir_fd)

    return opened
