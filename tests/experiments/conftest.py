"""Fixtures for the tests of several chapters."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

DRAWING = """
import runpy, sys
sys.argv = ["experiments", "figures", *sys.argv[1:]]
try:
    runpy.run_module("experiments", run_name="__main__")
finally:
    print("imported:", sorted({"tensorflow", "keras"} & set(sys.modules)))
"""


@pytest.fixture
def draw(root: Path) -> Callable[[str, Path, Sequence[int]], dict[str, Any]]:
    """A function that draws the figures of an experiment, as its command does, and returns their index.

    It fails if there is a warning, if TensorFlow is imported, or if the files differ from those in the index.
    """

    def draw(experiment: str, build: Path, seeds: Sequence[int]) -> dict[str, Any]:
        options = [experiment, "--seeds", *map(str, seeds), "--build", str(build)]
        command = [sys.executable, "-W", "error::UserWarning", "-c", DRAWING, *options]
        finished = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
        assert finished.returncode == 0, finished.stderr
        assert "imported: []" in finished.stdout
        folder = build / "figures" / experiment
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        assert index["figures"] == sorted(path.stem for path in folder.glob("*.pdf"))
        return index

    return draw
