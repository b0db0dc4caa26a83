"""A stranger's code in bubblewrap: no network, no home, no passwords in the environment, nothing written elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from texloom.verify import sandbox

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")

STRANGER = """
import json, os, pathlib, socket, sys

def fails(action):
    try:
        action()
    except OSError:
        return True
    return False

home, outside = sys.argv[1:]
pathlib.Path("inside").write_text(json.dumps({
    "home": os.listdir(home) if os.path.isdir(home) else [],
    "outside": fails(lambda: pathlib.Path(outside, "by_stranger").write_text("x")),
    "system": fails(lambda: pathlib.Path("/usr/by_stranger").write_text("x")),
    "network": fails(lambda: socket.create_connection(("127.0.0.1", PORT), 1)),
    "variables": sorted(os.environ),
    "readable": pathlib.Path("../data/a").read_text(),
    "numpy": __import__("numpy").__name__,
}))
"""


def test_a_stranger_reaches_only_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, outside, folder, data = (tmp_path / name for name in ("home", "outside", "folder", "my data"))
    for each in (home, outside, folder / "report", data):
        each.mkdir(parents=True)
    (home / "secret").write_text("s")
    (data / "a").write_text("of mine")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("API_TOKEN", "t")
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = STRANGER.replace("PORT", str(server.getsockname()[1]))
        command = [sys.executable, "-c", code, str(home), str(outside)]
        wrapped = sandbox.isolated(command, folder, folder / "report", {folder / "data": data})
        variables = sandbox.environment(os.environ, folder / "empty")
        subprocess.run(wrapped, env=variables, check=True)
    found = json.loads((folder / "report" / "inside").read_text())
    variables = found.pop("variables")
    assert found == {
        "home": [],
        "outside": True,
        "system": True,
        "network": True,
        "readable": "of mine",
        "numpy": "numpy",
    }
    assert "API_TOKEN" not in variables
    assert list(outside.iterdir()) == []


def test_where_bubblewrap_does_not_work_it_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sandbox.works(tmp_path)
    (tmp_path / "bwrap").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert not sandbox.works(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert not sandbox.works(tmp_path)
