"""A new report works in a folder of any name: spaces, accents, quotes, parentheses, `$`, a leading dash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

NAMES = ("My réport (v2)", "-dash", 'O\'Neil "q" $HOME', "x;y&z*? [q] #1 %x {b}")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_is_made_and_built_there_by_make(tmp_path: Path, name: str) -> None:
    """`make new` as typed by a person; the set-up uses this checkout's environment, which has the same engine."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}

    def make(*arguments: str, folder: Path = ROOT) -> str:
        command = ["make", "--no-print-directory", *arguments]
        finished = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    report = tmp_path / name
    assert "is a new report; next:" in make("new", f"REPORT={report}", "--old-file=python")
    skipped = [f"--old-file={step}" for step in ("python", "tex", "set-up-for-text")]
    interpreter = f"RUN={sys.executable} -m texloom"
    assert "build/theory.pdf is ready (" in make("theory", interpreter, *skipped, folder=report)
    assert "nothing to do" not in make("why", interpreter, *skipped, folder=report)
    make("clean", folder=report)
    assert not (report / "build" / "theory.pdf").exists()
