"""The audit hook, which Python calls for all files opened, listed or moved and all processes started."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from texloom.machine import bytecode
from texloom.results.inputs import READS
from texloom.staleness.recording import children, imports, looks
from texloom.staleness.recording.recorder import PROGRAMS, SILENT, Recorder, unrecorded

_state: dict[str, Any] = {"recorder": None, "installed": False}


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Handle an audit event. It must not raise, because an exception would abort the audited operation."""
    recorder = _state["recorder"]
    if recorder is None:
        return
    handler = _HANDLERS.get(event)
    if handler is None or getattr(SILENT, "now", False):
        return
    with unrecorded(), suppress(OSError, ValueError, TypeError):
        handler(recorder, event, arguments)


def _database(name: Any) -> Any:
    """The file of a database, which may be given as a URI."""
    text = os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else ""
    return unquote(urlsplit(text).path) if text.startswith("file:") else name


def _linked(recorder: Recorder, source: Any, target: Any, source_folder: int, target_folder: int) -> None:
    """Record a hard link: its source is read, its target is written by the stage."""
    recorder.opened(source, "rb", os.O_RDONLY, source_folder)
    recorder.made(target, target_folder)


def _renamed(recorder: Recorder, source: Any, target: Any, source_folder: int, target_folder: int) -> None:
    recorder.put_away(source, target, source_folder, target_folder)
    recorder.renamed(source, target, source_folder, target_folder)


def _loaded(recorder: Recorder, library: Any) -> None:
    recorder.opened(library, "rb", os.O_RDONLY)
    recorder.called_in_c("ctypes", "loads a library in C (ctypes)")


_HANDLERS: dict[str, Callable[[Recorder, str, tuple[Any, ...]], None]] = {
    "open": lambda recorder, _, arguments: recorder.opened(*arguments),
    "sqlite3.connect": lambda recorder, _, arguments: recorder.connected(_database(arguments[0])),
    "os.listdir": lambda recorder, _, arguments: recorder.listed(*arguments),
    "os.scandir": lambda recorder, _, arguments: recorder.scanned(*arguments),
    "os.rename": lambda recorder, _, arguments: _renamed(recorder, *arguments),
    "os.link": lambda recorder, _, arguments: _linked(recorder, *arguments),
    "os.symlink": lambda recorder, _, arguments: recorder.made(*arguments[1:]),
    "os.mkdir": lambda recorder, _, arguments: recorder.made(arguments[0], arguments[2]),
    "os.remove": lambda recorder, _, arguments: recorder.removed(*arguments),
    "os.rmdir": lambda recorder, _, arguments: recorder.emptied(*arguments),
    "os.utime": lambda recorder, _, arguments: recorder.dated(arguments[0], arguments[3]),
    "socket.connect": lambda recorder, _, arguments: recorder.networked(arguments[1]),
    "ctypes.dlopen": lambda recorder, _, arguments: _loaded(recorder, *arguments),
    "tempfile.mkdtemp": lambda recorder, _, arguments: recorder.made_scratch(*arguments),
    "tempfile.mkstemp": lambda recorder, _, arguments: recorder.made_scratch(*arguments),
    READS: lambda recorder, _, arguments: recorder.declared(*arguments),
    looks.LOOKS: lambda recorder, _, arguments: recorder.looked(*arguments),
    looks.OPENS: lambda recorder, _, arguments: recorder.opened(arguments[0], None, *arguments[1:]),
    imports.IMPORTS: lambda recorder, _, arguments: recorder.sought(*arguments),
} | dict.fromkeys(PROGRAMS, lambda recorder, event, arguments: recorder.started(event, arguments))


def begin(recorder: Recorder | None) -> Recorder | None:
    """Make `recorder` the active one; return the previous one."""
    if not _state["installed"]:
        bytecode.ignore()  # also in a notebook's kernel, and in a spawned child
        sys.addaudithook(_hook)
        looks.install()
        imports.install()
        children.install(lambda: _state["recorder"])
        _state["installed"] = True
    before, _state["recorder"] = _state["recorder"], recorder
    return before


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Record reads inside the context. The previous recorder becomes active again afterwards."""
    before = begin(recorder)
    try:
        yield recorder
    finally:
        begin(before)
