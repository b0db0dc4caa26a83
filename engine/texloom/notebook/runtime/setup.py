"""The source of the first code cell of every notebook: it needs only Python.

Inside a clone of the project the project's folder is used. Elsewhere, as in Colab, the shared modules are unpacked from
the cell itself and missing packages are installed.
"""

import base64
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

UNPACKED = Path("report_project")


def find_project(folder: Path, experiment: str) -> Path | None:
    """The root of the project that contains `folder` and has the experiment; None if there is none."""
    for root in (folder, *folder.parents):
        if (root / "report.toml").is_file() and (root / "experiments" / experiment).is_dir():
            return root
    return None


def unpack(modules: str, folder: Path) -> None:
    """Write the modules that `pack` of texloom.notebook.setup_cell packed to files."""
    for name, source in json.loads(zlib.decompress(base64.b64decode(modules))).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")


def install_missing(requirements: dict[str, list[str]]) -> None:
    """Install missing packages in the versions of the project's lock; installed ones are not changed."""
    missing = [name for name in requirements if not importlib.util.find_spec(name)]
    if not missing:
        return
    print("installing", ", ".join(missing))
    pinned = [line for name in missing for line in requirements[name]]
    finished = subprocess.run([sys.executable, "-m", "pip", "install", *pinned], capture_output=True, text=True)
    if finished.returncode:
        raise RuntimeError(f"pip could not install them:\n{finished.stderr}")
    importlib.invalidate_caches()


def prepare(experiment: str, requirements: dict[str, list[str]], modules: str) -> bool:
    """Make the project's shared modules importable; return whether they are those of a project around the notebook.

    If so, the project's root becomes the current folder, because the modules' paths are relative to it.
    """
    root = find_project(Path.cwd(), experiment)
    if root:
        os.chdir(root)
    else:
        unpack(modules, UNPACKED)
        install_missing(requirements)
    for folder in (root / "engine", root) if root else (UNPACKED.absolute(),):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    return root is not None
