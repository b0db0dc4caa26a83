"""Looks at files that open nothing: Python audits none, so that the functions of `os` tell of them themselves.

All that Python's own library does with paths goes through these, `os.path`, pathlib, glob and shutil included. What
was taken out of `os` before a recording began, and what C asks the system, is not noticed; imports go another way.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
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
LISTS = (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids)
"""Python's own sets of the functions that take this or that."""


def install() -> None:
    """Replace the functions of `os`, for the life of this process."""
    for name, asked in ASKED.items():
        _replace(name, _telling(getattr(os, name), asked))
    _replace("open", _opening(os.open))


def _replace(name: str, function: Callable[..., Any]) -> None:
    for each in LISTS:
        if getattr(os, name) in each:
            each.add(function)
    function.__module__ = "os"  # as it is pickled
    setattr(os, name, function)


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
