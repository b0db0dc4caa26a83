"""Python's own child processes: they go on recording, and tell the stage by a file, for they may end at any moment.

Other programs, and Python started as one, are named with the author's line instead.
"""

from __future__ import annotations

import atexit
import functools
import multiprocessing.spawn
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from texloom.staleness.recording.recorder import Recorder, unrecorded


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

    os.register_at_fork(before=before_fork, after_in_child=in_child)
    prepare = multiprocessing.spawn.get_preparation_data
    multiprocessing.spawn.get_preparation_data = prepared


class Following:
    """A recorder on its way to a child, where it goes on as soon as it has been read there."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def __reduce__(self) -> tuple[Callable[[Recorder], None], tuple[Recorder]]:
        return follow, (self.recorder,)


def follow(recorder: Recorder) -> None:
    """Go on recording in a child that has started from nothing."""
    from texloom.staleness.recording.hook import begin

    begin(recorder)
    _join(recorder)


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
