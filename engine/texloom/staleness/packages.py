"""Where the packages of project and engine lie; quick to import, for it is asked before anything is planned."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def package_folder(package: str) -> Path:
    """The folder of a top-level package: in the project, in an engine used in place, else where it is installed.

    Relative to the current folder, which is the project's, in the first two cases.
    """
    for folder in (Path(package), Path("engine", package)):
        if folder.is_dir():
            return folder
    spec = importlib.util.find_spec(package)
    assert spec is not None, package
    return Path(next(iter(spec.submodule_search_locations or ())))
