"""The audit hook: Python tells it what is opened, listed, moved or started, by whomever."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from texloom.results.inputs import READS
from texloom.staleness.recording import imports, looks
from texloom.staleness.recording.recorder import PROGRAMS, SILENT, Recorder

_state: dict[str, Any] = {"recorder": None, "installed": False}


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Python calls it before whatever it audits; nothing in it may raise, for that would stop what is audited."""
    recorder = _state["recorder"]
    if recorder is None:
        return
    handler = _HANDLERS.get(event)
    if handler is None or getattr(SILENT, "now", False):
        return
    SILENT.now = True
    try:
        handler(recorder, event, arguments)
    except (OSError, ValueError, TypeError):
        pass
    finally:
        SILENT.now = False


def _database(name: Any) -> Any:
    """The file of a database, which may be named by a URI."""
    text = os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else ""
    return unquote(urlsplit(text).path) if text.startswith("file:") else name


def _renamed(recorder: Recorder, source: Any, target: Any, source_folder: int, target_folder: int) -> None:
    recorder.changed(source, source_folder)
    recorder.changed(target, target_folder)


_HANDLERS: dict[str, Callable[[Recorder, str, tuple[Any, ...]], None]] = {
    "open": lambda recorder, _, arguments: recorder.opened(*arguments),
    "sqlite3.connect": lambda recorder, _, arguments: recorder.opened(_database(arguments[0]), "r+b", os.O_RDWR),
    "os.listdir": lambda recorder, _, arguments: recorder.listed(*arguments),
    "os.scandir": lambda recorder, _, arguments: recorder.listed(*arguments),
    "os.rename": lambda recorder, _, arguments: _renamed(recorder, *arguments),
    "os.link": lambda recorder, _, arguments: recorder.changed(arguments[1], arguments[3]),
    "os.symlink": lambda recorder, _, arguments: recorder.changed(*arguments[1:]),
    "os.mkdir": lambda recorder, _, arguments: recorder.changed(arguments[0], arguments[2]),
    "os.remove": lambda recorder, _, arguments: recorder.changed(*arguments),
    "os.rmdir": lambda recorder, _, arguments: recorder.changed(*arguments),
    "ctypes.dlopen": lambda recorder, _, arguments: recorder.opened(arguments[0], "rb", os.O_RDONLY),
    "tempfile.mkdtemp": lambda recorder, _, arguments: recorder.made_scratch(*arguments),
    "tempfile.mkstemp": lambda recorder, _, arguments: recorder.made_scratch(*arguments),
    READS: lambda recorder, _, arguments: recorder.declared(*arguments),
    looks.LOOKS: lambda recorder, _, arguments: recorder.looked(*arguments),
    looks.OPENS: lambda recorder, _, arguments: recorder.opened(arguments[0], None, *arguments[1:]),
    imports.IMPORTS: lambda recorder, _, arguments: recorder.sought(*arguments),
} | dict.fromkeys(PROGRAMS, lambda recorder, event, _: recorder.started(event))


def begin(recorder: Recorder | None) -> Recorder | None:
    """Tell a recorder what is read from now on; returns the one that was told until now."""
    if not _state["installed"]:
        sys.addaudithook(_hook)
        looks.install()
        imports.install()
        _state["installed"] = True
    before, _state["recorder"] = _state["recorder"], recorder
    return before


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Tell a recorder what is read meanwhile. A recorder around this one goes on afterwards."""
    before = begin(recorder)
    try:
        yield recorder
    finally:
        begin(before)
