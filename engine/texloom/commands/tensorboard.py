"""The live view: TensorBoard on the event files that the trainings of a build write while they run."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from types import ModuleType

from texloom.errors import ReportError
from texloom.results.places import BuildFolder

EVENT_FILES = "*/*/events.out.tfevents.*"
"""Pattern of the event files of all trainings, in the folder of live views."""


def check_port(port: int) -> None:
    """Raise ReportError for an invalid port or one in use; 0 stands for any free port."""
    if not 0 <= port < 2**16:
        raise ReportError("PORT", f"{port} is not a port", "one from 1024 to 65535: make tensorboard PORT=6007")
    try:
        socket.create_server(("localhost", port)).close()
    except OSError as error:
        way_out = f"take another: make tensorboard PORT={port + 1}"
        raise ReportError("PORT", f"port {port} is not available: {os.strerror(error.errno or 0)}", way_out) from None


def serve(folder: Path, port: int) -> str:
    """Start TensorBoard on `folder`, which may not exist yet, in a background thread; return its address.

    Raises ReportError for a port that is not available.
    """
    check_port(port)
    # TensorBoard's own switch to run without TensorFlow:
    sys.modules.setdefault("tensorboard.compat.notf", ModuleType("notf"))
    from tensorboard import program

    board = program.TensorBoard()
    options = {"logdir": folder, "host": "localhost", "port": port, "reload_interval": 2}
    board.configure(argv=["", *(f"--{name}={value}" for name, value in options.items())])
    with contextlib.redirect_stderr(io.StringIO()):  # hides TensorBoard's note on how it reads files
        return board.launch()


def graphical() -> bool:
    """Whether a browser can be opened on a screen."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def show(build: BuildFolder, port: int) -> None:
    """Serve the live view of a build until interrupted; open it in the browser if there is a screen."""
    folder = build.live_views
    address = serve(folder, port)
    print(f"TensorBoard shows {folder} at {address} (reload with ⟳, stop with Ctrl-C here)", flush=True)
    if not any(folder.glob(EVENT_FILES)):
        print("  no data yet: curves appear when a training starts (make, in another terminal)", flush=True)
    if graphical():
        webbrowser.open(address)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
