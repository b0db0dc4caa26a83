"""Audit events for queries that open no file, such as `os.stat`, which Python itself does not audit.

Wraps the functions of `os` through which Python's library queries paths, including `os.path`, pathlib, glob and
shutil. Queries made in C are not noticed; imports are recorded separately.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from types import BuiltinFunctionType, ModuleType
from typing import Any

from texloom.staleness.recording.recorder import unrecorded

LOOKS = "texloom.looks"
"""The audit event of a query: path, what is asked, and the open folder to which the path is relative."""
OPENS = "texloom.opens"
"""The audit event of opening a file in an open folder: path, flags, folder. Python's own event lacks the folder."""
ASKED = {
    "stat": ("kind", "size"),
    "lstat": ("kind", "size", "link"),
    "readlink": ("link",),
    "access": ("kind",),
}
"""What each function of `os` asks for."""
SYSTEM = ("posix", "importlib._bootstrap", "importlib._bootstrap_external", "_frozen_importlib_external")
"""Modules that keep the original functions."""


class AuditedFunction:
    """A wrapper of a function of `os` that raises audit events and behaves like the builtin.

    Like a builtin it does not become a method as a class attribute, and it equals the wrapped function, also in sets
    such as `os.supports_fd`.
    """

    def __init__(self, function: Callable[..., Any], call: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.__module__ = "os"  # for pickling
        self._call = call

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._call(*arguments, **options)

    @property
    def __class__(self) -> type:
        """The class that isinstance and inspect see."""
        return BuiltinFunctionType

    def __getattr__(self, name: str) -> Any:
        return getattr(vars(self)["__wrapped__"], name)

    def __eq__(self, other: object) -> bool:
        return self is other or bool(self.__wrapped__ == other)

    def __hash__(self) -> int:
        return hash(self.__wrapped__)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)

    def __reduce__(self) -> str:
        return self.__name__


def install() -> None:
    """Replace the functions of `os`, for the lifetime of this process, also in modules that have imported them."""
    audited = {getattr(os, name): _audited(getattr(os, name), asked) for name, asked in ASKED.items()}
    audited[os.open] = _opening(os.open)
    by_place = {id(original): function for original, function in audited.items()}
    for module in [*sys.modules.values()]:
        if isinstance(module, ModuleType) and module.__name__ not in SYSTEM:
            _replace(module, by_place)


def _replace(module: ModuleType, by_place: Mapping[int, AuditedFunction]) -> None:
    """Replace them in one module and its classes; by_place: the replacements by the id of the original function."""
    for name, value in [*vars(module).items()]:
        if id(value) in by_place:
            setattr(module, name, by_place[id(value)])
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for attribute, kept in [*vars(value).items()]:
                if id(kept) in by_place:
                    setattr(value, attribute, by_place[id(kept)])
                elif isinstance(kept, staticmethod) and id(kept.__func__) in by_place:
                    setattr(value, attribute, staticmethod(by_place[id(kept.__func__)]))


def _audited(function: Callable[..., Any], asked: tuple[str, ...]) -> AuditedFunction:
    def look(*arguments: Any, **options: Any) -> Any:
        path = arguments[0] if arguments else options.get("path")
        sys.audit(LOOKS, path, asked, options.get("dir_fd"))
        return function(*arguments, **options)

    return AuditedFunction(function, look)


def _opening(function: Callable[..., Any]) -> AuditedFunction:
    def opened(*arguments: Any, **options: Any) -> int:
        if options.get("dir_fd") is None:
            return function(*arguments, **options)
        names = dict(zip(("path", "flags"), arguments, strict=False)) | options
        sys.audit(OPENS, names.get("path"), names.get("flags"), options["dir_fd"])
        with unrecorded():
            return function(*arguments, **options)

    return AuditedFunction(function, opened)
