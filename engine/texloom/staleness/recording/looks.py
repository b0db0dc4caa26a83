"""Looks at files that open nothing: Python audits none, so that the functions of `os` tell of them themselves.

All that Python's own library does with paths goes through these, `os.path`, pathlib, glob and shutil included. What
C asks the system is not noticed; imports go another way.
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


class TellingFunction:
    """A function of `os` that tells, and behaves like the builtin that it stands for.

    A builtin is no method of a class in which it is kept, and is equal to itself wherever it was taken from, also in
    sets such as `os.supports_fd`.
    """

    def __init__(self, function: Callable[..., Any], call: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.__module__ = "os"  # as it is pickled
        self._call = call

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._call(*arguments, **options)

    @property
    def __class__(self) -> type:
        """What isinstance and inspect take it for."""
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
    """Replace the functions of `os`, for the life of this process, also where a module has taken them from there."""
    telling = {getattr(os, name): _telling(getattr(os, name), asked) for name, asked in ASKED.items()}
    telling[os.open] = _opening(os.open)
    by_place = {id(original): function for original, function in telling.items()}
    for module in [*sys.modules.values()]:
        if isinstance(module, ModuleType) and module.__name__ not in SYSTEM:
            _replace(module, by_place)


def _replace(module: ModuleType, by_place: Mapping[int, TellingFunction]) -> None:
    """The same in one module, and in its classes; by_place: what stands for each function, by where that lies."""
    for name, value in [*vars(module).items()]:
        if id(value) in by_place:
            setattr(module, name, by_place[id(value)])
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for attribute, kept in [*vars(value).items()]:
                if id(kept) in by_place:
                    setattr(value, attribute, by_place[id(kept)])
                elif isinstance(kept, staticmethod) and id(kept.__func__) in by_place:
                    setattr(value, attribute, staticmethod(by_place[id(kept.__func__)]))


def _telling(function: Callable[..., Any], asked: tuple[str, ...]) -> TellingFunction:
    def look(*arguments: Any, **options: Any) -> Any:
        path = arguments[0] if arguments else options.get("path")
        sys.audit(LOOKS, path, asked, options.get("dir_fd"))
        return function(*arguments, **options)

    return TellingFunction(function, look)


def _opening(function: Callable[..., Any]) -> TellingFunction:
    def opened(*arguments: Any, **options: Any) -> int:
        if options.get("dir_fd") is None:
            return function(*arguments, **options)
        names = dict(zip(("path", "flags"), arguments, strict=False)) | options
        sys.audit(OPENS, names.get("path"), names.get("flags"), options["dir_fd"])
        with unrecorded():
            return function(*arguments, **options)

    return TellingFunction(function, opened)
