"""The recorded reads of cells, written after each cell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
from texloom.notebook.runtime import recorded

shell = InteractiveShell.instance()
recorded.get_ipython = lambda: shell
recorded.record_cells("toy", Path("reads.json"))
shell.run_cell("from pathlib import Path")
for name in ("experiments/toy/labels.txt", "experiments/toy/train.py", "data/rain/rain.csv"):
    shell.run_cell(f"Path('{name}').read_text()")
"""


def test_data_beside_the_modules_are_read_and_modules_are_the_notebook_s_own(project: Path) -> None:
    for path in (Path("experiments/toy/labels.txt"), Path("data/rain/rain.csv")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    environment = os.environ | {"IPYTHONDIR": str(project / "ipython"), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", SCRIPT], env=environment, check=True, capture_output=True)
    read = json.loads(Path("reads.json").read_text())["files"]
    assert [name for name in read if name.startswith(("experiments", "data"))] == ["experiments/toy/labels.txt"]
