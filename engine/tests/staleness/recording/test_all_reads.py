"""A stage that reads in many ways: each file is recorded, and none that strace shows is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

STAGE = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("reading.py"))]
CALLS = ("openat", "open", "newfstatat", "stat", "lstat", "access", "faccessat", "faccessat2", "readlink")
OWN = {"own/made", "own/copied"}
"""Files that the stage itself writes."""
OF_SQLITE = {"own/database-journal", "own/database-wal"}
RELATIVE = {"changed_folder", "dir_fd", "stat_dir_fd"}
"""Names that strace shows relative to their folder, whereas the record contains the folder, too."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def recorded(command: list[str]) -> dict[str, Any]:
    """The recorded reads, after checking that none is missing or has changed."""
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert found["missed"] == []
    assert found["stale"] == []
    assert [told.partition(": ")[2] for told in found["reads"]["unseen"]] == ["loads a library in C (ctypes)"]
    return found["reads"]


def test_whatever_python_reads_or_looks_at_is_recorded(folder: Path) -> None:
    found = recorded(STAGE)
    assert found["looked"]["own/none"] == {"kind": None}
    assert found["folders"].keys() == {"own", "own/listed", "own/walked", "own/walked/deep"}
    assert not OWN & {*found["files"], *found["looked"]}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_whatever_the_system_sees_a_stage_open_or_look_at_is_recorded(folder: Path) -> None:
    found = recorded(["strace", "-f", "-qq", "-e", f"trace={','.join(CALLS)}", "-o", "log", *STAGE])
    log = Path("log").read_text(encoding="utf-8")
    during = log[log.index('"/begins"') : log.index('"/ends"')]
    paths = re.findall(rf'(?:{"|".join(CALLS)})\((?:AT_FDCWD, |\d+, )?"([^"]+)"', during)
    below = {os.path.relpath(path) for path in paths if not path.startswith("/") or path.startswith(str(folder))}
    known = found["files"].keys() | found["looked"].keys() | found["folders"].keys()
    assert len(below) > 40
    assert below - known == {".", *OWN, *OF_SQLITE, *RELATIVE}
