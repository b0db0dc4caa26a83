"""The folders of packages: the project's own, and the engine in engine/ or where it is installed."""

from __future__ import annotations

from pathlib import Path

import texloom
from texloom.staleness.packages import package_folder

INSTALLED = Path(texloom.__file__).parent


def test_a_folder_of_the_project_is_not_mistaken_for_the_engine(project: Path) -> None:
    Path("texloom").mkdir()
    assert package_folder("experiments") == Path("experiments")
    assert package_folder("texloom").resolve() == INSTALLED
    Path("engine", "texloom").mkdir(parents=True)
    assert package_folder("texloom") == Path("engine", "texloom")
