"""Record reads in Python's child processes, which report them to the stage through a file: they may end at any moment.

This includes joblib's workers, which are processes of multiprocessing that start in their own way. For other programs,
and for Python started as a program, the author's line is reported instead. Threads and child processes store the line
that started them.
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
"""Modules that use fork_exec only to start processes that are themselves recorded, or the tracker of their locks."""


def install(active: Callable[[], Recorder | None]) -> None:
    """Record child processes from now on; active: returns the current recorder."""

    def before_fork() -> None:
        if recorder := active():
            _open_channel(recorder)

    def in_child() -> None:
        if recorder := active():
            _join(recorder)

    @functools.wraps(multiprocessing.spawn.get_preparation_data)
    def prepared(name: str) -> dict[str, Any]:
        """The preparation data of a spawned child, with a copy of the recorder added."""
        data = prepare(name)
        if recorder := active():
            _open_channel(recorder)
            data["texloom"] = Following(recorder)
        return data

    @functools.wraps(BaseProcess.__init__)
    def prepared_process(self: BaseProcess, *arguments: Any, **options: Any) -> None:
        """Attach the recorder to the process before anything else: joblib starts its workers in its own way."""
        if recorder := active():
            _open_channel(recorder)
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
    """A recorder that is sent to a child process, where it starts recording when it is unpickled."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder, self.place = recorder, recorder.origins.of(caller())[1]

    def __reduce__(self) -> tuple[Callable[[Recorder, str], None], tuple[Recorder, str]]:
        return follow, (self.recorder, self.place)


def follow(recorder: Recorder, place: str) -> None:
    """Start recording in a spawned child; place: the author's line that started it."""
    from texloom.staleness.recording.hook import begin

    if os.getpid() not in _following:
        _following.add(os.getpid())
        vars(threading.main_thread())[STARTED_AT] = place
        begin(recorder)
        _join(recorder)


_following: set[int] = set()
"""The id of this process, if it was spawned and records."""


def _open_channel(recorder: Recorder) -> None:
    """Create the file through which child processes report their reads."""
    if recorder.channel is None:
        with unrecorded():
            handle, recorder.channel = tempfile.mkstemp(prefix="texloom-reads-")
            os.close(handle)
        atexit.register(_remove, recorder.channel, os.getpid())


def _join(recorder: Recorder) -> None:
    """Report reads to the stage from now on."""
    with unrecorded(), suppress(OSError):
        recorder.channel_fd = os.open(str(recorder.channel), os.O_WRONLY | os.O_APPEND)


def _remove(path: str, process: int) -> None:
    if os.getpid() == process:
        with unrecorded(), suppress(OSError):
            os.unlink(path)  # noqa: PTH108
