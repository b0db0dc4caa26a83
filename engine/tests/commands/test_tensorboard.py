"""The live view's port, address and files, without a browser."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from texloom.commands.tensorboard import check_port, graphical
from texloom.errors import ReportError

CODE = """
import json, sys, urllib.request
from pathlib import Path
from texloom.commands.tensorboard import serve
address = serve(Path("nowhere"), 0)
for page in ("", "data/environment", "data/plugins_listing", "data/runs"):
    answer = urllib.request.urlopen(address + page, timeout=30).read()
print(json.dumps([address, sorted({"tensorflow", "keras"} & set(sys.modules))]))
"""


def test_it_serves_a_folder_that_is_not_there_yet_quietly_and_without_tensorflow(root: Path) -> None:
    pytest.importorskip("tensorboard")
    command = [sys.executable, "-c", CODE]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert (finished.returncode, finished.stderr) == (0, "")
    address, imported = json.loads(finished.stdout)
    assert address.startswith("http://localhost:")
    assert imported == []


def test_a_port_that_is_taken_is_reported_with_the_next_one() -> None:
    with socket.create_server(("localhost", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ReportError) as caught:
            check_port(port)
    first, way_out = str(caught.value).splitlines()
    assert first == f"PORT: port {port} is not available: Address already in use"
    assert way_out == f"  take another: make tensorboard PORT={port + 1}"
    check_port(port)  # it is free again


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(ReportError, match=f"PORT: {port} is not a port"):
        check_port(port)


def test_a_browser_is_opened_only_where_there_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not graphical()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert graphical()
