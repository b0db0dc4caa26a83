"""The engine as a distribution: its requirements, and the wheel that a report contains."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

import texloom
from texloom.errors import ReportError
from texloom.machine.disk import check_room

NAME = "texloom"
SOURCE = Path(texloom.__file__).parents[1]
"""The parent folder of the package: the distribution's folder if the engine is used in place, else site-packages."""


def in_place() -> bool:
    """Whether the engine is used in place, not installed from a wheel."""
    try:
        project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError):
        return False
    return project.get("project", {}).get("name") == NAME  # another package may leave such a file in site-packages


def requirements() -> list[Requirement]:
    """The requirements of the engine; those of extras have the marker `extra == …`."""
    if not in_place():
        return [Requirement(each) for each in metadata.requires(NAME) or []]
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].items()
    marked = [f"{each}; extra == '{extra}'" for extra, requirements in extras for each in requirements]
    return [Requirement(each) for each in (*project["dependencies"], *marked)]


def required(*extras: str) -> set[str]:
    """The names of the packages that the engine and some of its extras require."""
    environments = [{"extra": extra} for extra in ("", *extras)]
    return {
        each.name
        for each in requirements()
        if not each.marker or any(each.marker.evaluate(environment) for environment in environments)
    }


def wheel(report: Path, scratch: Path) -> Path:
    """The engine's wheel: built into the folder `scratch` if the engine is used in place, else that of the report.

    Raises ReportError if it cannot be built or is missing.
    """
    if in_place():
        return build_wheel(scratch)
    path = report / "engine" / f"{NAME}-{metadata.version(NAME)}-py3-none-any.whl"
    if not path.exists():
        raise ReportError(path, "the engine's wheel is missing", "restore it: git checkout engine")
    return path


def build_wheel(folder: Path) -> Path:
    """Build the wheel from the folder in which the engine is used; the same source gives the same bytes."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "build", "--wheel", "--offline", "--quiet", "--no-create-gitignore", "--out-dir", str(folder)]
    try:
        finished = subprocess.run([*command, str(SOURCE)], capture_output=True, text=True)
    except OSError as error:
        raise ReportError(uv, f"does not run: {error.strerror}", "make distclean, then make again") from None
    if finished.returncode:
        check_room(folder)
        raise ReportError(SOURCE, f"the engine's wheel cannot be built: {finished.stderr.strip()}")
    (built,) = folder.glob(f"{NAME}-*.whl")
    return built
