"""Python's own child processes: they go on recording, and tell the stage by a file, for they may end at any moment.

So do the workers of joblib, which are processes of multiprocessing's that start in their own way. Other programs, and
Python started as one, are named with the author's line instead. Threads and children know the line that started them.
"""

from __future__ import annotations

import _posixsubprocess
import atexit
import functools
import multiprocessing.spawn
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any

from texloom.staleness.recording.callers import behind, caller
from texloom.staleness.recording.origins import STARTED_AT
from texloom.staleness.recording.recorder import FORKS, Recorder, unrecorded

FOLLOWED = ("multiprocessing.util", "joblib.externals.loky.backend.fork_exec", "loky.backend.fork_exec")
"""Modules that start nothing by it but processes that go on recording, and what counts their locks."""


def install(active: Callable[[], Recorder | None]) -> None:
    """Follow children from now on; active: the recorder that is told."""

    def before_fork() -> None:
        if recorder := active():
            _expect(recorder)

    def in_child() -> None:
        if recorder := active():
            _join(recorder)

    @functools.wraps(multiprocessing.spawn.get_preparation_data)
    def prepared(name: str) -> dict[str, Any]:
        """What a child gets that starts from nothing, with a copy of the recorder."""
        data = prepare(name)
        if recorder := active():
            _expect(recorder)
            data["texloom"] = Following(recorder)
        return data

    @functools.wraps(BaseProcess.__init__)
    def prepared_process(self: BaseProcess, *arguments: Any, **options: Any) -> None:
        """It takes the recorder along, first of all: workers of joblib are started by functions of their own."""
        if recorder := active():
            _expect(recorder)
            vars(self)["texloom"] = Following(recorder)
        prepare_process(self, *arguments, **options)

    @functools.wraps(threading.Thread.start)
    def started_thread(self: threading.Thread) -> None:
        if recorder := active():
            vars(self)[STARTED_AT] = recorder.origins.of(caller())[1]
        start_thread(self)

    @functools.wraps(_posixsubprocess.fork_exec)
    def forked(*arguments: Any) -> int:
        frame = behind(caller(), FOLLOWED)
        if frame is None or frame is caller():
            sys.audit(FORKS, *arguments[:1])
        return fork(*arguments)

    os.register_at_fork(before=before_fork, after_in_child=in_child)
    prepare = multiprocessing.spawn.get_preparation_data
    multiprocessing.spawn.get_preparation_data = prepared
    prepare_process, BaseProcess.__init__ = BaseProcess.__init__, prepared_process
    start_thread, threading.Thread.start = threading.Thread.start, started_thread
    fork, _posixsubprocess.fork_exec = _posixsubprocess.fork_exec, forked


class Following:
    """A recorder on its way to a child, where it goes on as soon as it has been read there."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder, self.place = recorder, recorder.origins.of(caller())[1]

    def __reduce__(self) -> tuple[Callable[[Recorder, str], None], tuple[Recorder, str]]:
        return follow, (self.recorder, self.place)


def follow(recorder: Recorder, place: str) -> None:
    """Go on recording in a child that has started from nothing; place: the author's line that started it."""
    from texloom.staleness.recording.hook import begin

    if os.getpid() not in _following:
        _following.add(os.getpid())
        vars(threading.main_thread())[STARTED_AT] = place
        begin(recorder)
        _join(recorder)


_following: set[int] = set()
"""This process, if it has started from nothing and goes on recording."""


def _expect(recorder: Recorder) -> None:
    """Make the file by which children tell what they read."""
    if recorder.told is None:
        with unrecorded():
            handle, recorder.told = tempfile.mkstemp(prefix="texloom-reads-")
            os.close(handle)
        atexit.register(_remove, recorder.told, os.getpid())


def _join(recorder: Recorder) -> None:
    """Tell the stage from now on."""
    with unrecorded(), suppress(OSError):
        recorder.telling = os.open(str(recorder.told), os.O_WRONLY | os.O_APPEND)


def _remove(path: str, process: int) -> None:
    if os.getpid() == process:
        with unrecorded(), suppress(OSError):
            os.unlink(path)  # noqa: PTH108
