"""The folders of the packages of project and engine; quick to import, because it is used before planning."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ENGINE = "texloom"


def package_folder(package: str) -> Path:
    """The folder of a top-level package: in the project, in the engine's folder, or where it is installed.

    Relative to the current folder, which must be the project's, unless it is installed.
    """
    for folder in (Path(package), Path("engine", package)):
        if folder.is_dir() and (package != ENGINE or folder.parent.name == "engine"):
            return folder
    spec = importlib.util.find_spec(package)
    assert spec is not None, package
    return Path(next(iter(spec.submodule_search_locations or ())))
