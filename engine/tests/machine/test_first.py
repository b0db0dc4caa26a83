"""A report's own modules must not shadow Python's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def in_root(code: Path) -> Path:
    (code / "experiments/__main__.py").write_text(
        "from texloom.machine import first\n\nfirst.begin()\nfrom texloom.commands.stages import main\n\nmain()\n"
    )
    return code


@pytest.mark.parametrize("name", ["csv.py", "signal.py", "typing.py", "random/__init__.py"])
@pytest.mark.parametrize("module", ["texloom", "experiments"])
def test_a_module_that_hides_one_of_python_s_is_refused_by_name(in_root: Path, name: str, module: str) -> None:
    (in_root / name).parent.mkdir(exist_ok=True)
    (in_root / name).write_text("raise RuntimeError\n")
    finished = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True)
    path = name.partition("/")[0]
    hidden = path.removesuffix(".py")
    said = f"{path}: shadows Python's standard module '{hidden}'\n  rename it\n"
    assert (finished.returncode, finished.stderr) == (2, said)


@pytest.mark.parametrize("name", ["mine.py", "csv/notes.txt", "random.txt", "experiments/csv.py", "sys.py"])
def test_what_hides_nothing_is_no_matter(in_root: Path, name: str) -> None:
    (in_root / name).parent.mkdir(exist_ok=True)
    (in_root / name).touch()
    finished = subprocess.run([sys.executable, "-m", "texloom", "--help"], capture_output=True, text=True)
    assert (finished.returncode, finished.stderr) == (0, "")
