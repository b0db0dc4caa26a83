"""`make add` and `make remove`: the packages that the author's code imports, in pyproject.toml and in the lock."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import tomlkit
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from texloom.errors import ReportError, closest
from texloom.scaffold import distribution
from texloom.scaffold.packages import ENGINE_LOCK
from texloom.staleness.locked import entries

PROJECT, LOCK = Path("pyproject.toml"), Path("requirements.lock")
OPTIONS = ("--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-annotate", "--quiet")
"""Of uv pip compile: one lock for all platforms, with hashes, which names no host."""


def add(packages: str) -> None:
    """Add packages, each as its name or a requirement such as pandas>=2, to pyproject.toml and the lock.

    Raises ReportError, with nothing changed, for an invalid requirement, an unknown package and versions that conflict.
    """
    wanted = list(_requirements(packages, "make add PACKAGE=pandas"))
    document = _project()
    dependencies = _dependencies(document)
    for requirement in wanted:
        name = canonicalize_name(requirement.name)
        present = {canonicalize_name(each.name): place for place, each in enumerate(map(Requirement, dependencies))}
        if name in present:
            dependencies[present[name]] = str(requirement)
        else:
            dependencies.append(str(requirement))
    before, after = _write(document)
    for requirement in wanted:
        version = after.get(canonicalize_name(requirement.name), "")
        others = sorted(after.keys() - before.keys() - {canonicalize_name(each.name) for each in wanted})
        print(f"{requirement.name} {version} is in pyproject.toml and requirements.lock{_with(others)}")


def remove(packages: str) -> None:
    """Remove packages from pyproject.toml, and from the lock what nothing else requires.

    Raises ReportError, with nothing changed, for a package that pyproject.toml does not list, and for the engine.
    """
    unwanted = [canonicalize_name(each.name) for each in _requirements(packages, "make remove PACKAGE=pandas")]
    document = _project()
    dependencies = _dependencies(document)
    for name in unwanted:
        known = [canonicalize_name(Requirement(each).name) for each in dependencies]
        if name == distribution.NAME:
            raise ReportError("PACKAGE", f"{name} is the engine, which builds the report", "it cannot be removed")
        if name not in known:
            raise ReportError(PROJECT, f"lists no package '{name}'", closest(name, {*known} - {distribution.NAME}))
        del dependencies[known.index(name)]
    before, after = _write(document)
    for name in unwanted:
        if name in after:
            print(
                f"{name} is no longer in pyproject.toml; it stays in requirements.lock, because other packages need it"
            )
        else:
            others = sorted(before.keys() - after.keys() - {*unwanted})
            print(f"{name} is no longer in pyproject.toml and requirements.lock{_with(others)}")


def _requirements(packages: str, example: str) -> Iterator[Requirement]:
    if not packages.split():
        raise ReportError("PACKAGE", "names no package", example)
    for each in packages.split():
        try:
            yield Requirement(each)
        except InvalidRequirement:
            raise ReportError("PACKAGE", f"'{each}' is not the name of a package", f"for instance {example}") from None


def _with(others: Collection[str]) -> str:
    return f", with what only it needs: {', '.join(others)}" if others else ""


def _project() -> Any:
    try:
        return tomlkit.parse(PROJECT.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(PROJECT, "does not exist", "restore it: git checkout pyproject.toml") from None


def _dependencies(document: Any) -> Any:
    try:
        return document["project"]["dependencies"]
    except KeyError:
        raise ReportError(PROJECT, "has no [project] dependencies", "add dependencies = []") from None


def _write(document: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Lock the packages of a project and write both files; the versions in the lock before and after, by name."""
    text = document.as_string()
    before = LOCK.read_text(encoding="utf-8")
    after = compiled(text, before)
    _replace(LOCK, after)
    _replace(PROJECT, text)
    return _versions(before), _versions(after)


def compiled(project: str, lock: str) -> str:
    """The lock of a project with the versions of an earlier lock, where they fit.

    Raises ReportError with the reason of uv if there is none.
    """
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, PROJECT), Path(folder, LOCK)
        source.write_text(project, encoding="utf-8")
        made.write_text(lock, encoding="utf-8")
        for needed in ("engine", "README.md", "LICENSE"):  # which pyproject.toml may name
            if Path(needed).exists():
                Path(folder, needed).symlink_to(Path(needed).absolute())
        command = [str(uv), "pip", "compile", PROJECT.name, *OPTIONS, *_options(project), "-o", LOCK.name]
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        try:
            finished = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        except OSError as error:
            way_out = "list the package in pyproject.toml and lock it on a machine where uv runs"
            raise ReportError(uv, f"does not run: {error.strerror}", way_out) from None
        if finished.returncode:
            raise ReportError("PACKAGE", *_reason(finished.stderr))
        return made.read_text(encoding="utf-8")


def _options(project: str) -> list[str]:
    """The options for a report that uses its engine in place: it is not locked, but its packages are."""
    content = tomlkit.parse(project)
    groups = ["--group", "dev"] if "dev" in content.get("dependency-groups", {}) else []
    if not distribution.in_place() or Path("engine").resolve() != distribution.SOURCE:
        return groups
    return [*groups, "--no-emit-package", distribution.NAME, "-c", str(ENGINE_LOCK)]


def _reason(said: str) -> tuple[str, str]:
    """What uv reported, and the way out."""
    text = " ".join(said.replace("×", "").replace("╰─▶", "").replace("│", "").split())
    if "not found in the package registry" in text:
        return "cannot be locked: the package index has no such package", f"check the name; uv: {text}"
    if "No solution found" in text:
        return "cannot be locked: its requirements conflict with those of other packages", f"uv: {text}"
    return "cannot be locked", f"uv: {text}"


def _versions(lock: str) -> dict[str, str]:
    return {entry.name: str(entry.requirement.specifier).removeprefix("==") for entry in entries(lock)}


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    shutil.move(partial, path.resolve())
