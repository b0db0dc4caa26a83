"""The engine's declarations: third-party packages that it imports, its lock, and a reproducible wheel."""

from __future__ import annotations

import ast
import sys
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import texloom
from texloom.scaffold import distribution, packages
from texloom.staleness.locked import entries

PACKAGE = Path(texloom.__file__).parent
EXTRAS = {
    "training": "training",
    "commands/tensorboard.py": "training",
    "notebook": "notebooks",
    "testing": "tests",
}
"""The packages or modules that may import what an extra installs; all others work without extras."""
ENGINE = entries(packages.ENGINE_LOCK.read_text(encoding="utf-8"))
"""The entries of the engine's lock."""
DISTRIBUTIONS = {
    "IPython": "ipython",
    "PIL": "pillow",
    "fontTools": "fonttools",
    "importlinter": "import-linter",
    "xdist": "pytest-xdist",
}
"""Modules whose names differ from those of the packages that contain them."""
PROGRAMS = {
    "": {"ruff", "snakemake", "uv"},
    "training": set(),
    "notebooks": {"ipykernel"},  # it runs the cells
    "tests": {"pypdf"},  # the tests of a new report need it
}
"""Packages of each extra that the engine does not import."""


def imported(path: Path) -> Iterator[str]:
    """The top-level modules that a file imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def extra_of(path: Path) -> str:
    """The extra of EXTRAS that may provide the imports of a file."""
    relative = path.relative_to(PACKAGE)
    return next((extra for place, extra in EXTRAS.items() if relative.is_relative_to(place)), "")


def foreign_imports() -> dict[str, dict[str, str]]:
    """For each extra the packages that its files import, each with one file that imports it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path in PACKAGE.rglob("*.py"):
        if (PACKAGE / "scaffold" / "files") not in path.parents:
            for module in set(imported(path)) - sys.stdlib_module_names - {"texloom"}:
                found[extra_of(path)][DISTRIBUTIONS.get(module, module)] = path.relative_to(PACKAGE).as_posix()
    return found


FOREIGN = foreign_imports()


@pytest.mark.parametrize("extra", PROGRAMS)
def test_every_package_that_is_imported_is_declared_where_it_is_needed(extra: str) -> None:
    undeclared = FOREIGN[extra].keys() - distribution.required(*filter(None, [extra]))
    assert {name: FOREIGN[extra][name] for name in undeclared} == {}


@pytest.mark.parametrize("extra", PROGRAMS)
def test_nothing_is_declared_that_is_not_used(extra: str) -> None:
    base = distribution.required()
    declared = distribution.required(extra) - base if extra else base
    used = FOREIGN[extra].keys() if extra else {name for names in FOREIGN.values() for name in names}
    assert declared - used - PROGRAMS[extra] == set()


def test_the_lock_has_what_is_declared_with_versions_that_fit() -> None:
    locked = defaultdict(list)
    for entry in ENGINE:
        (pinned,) = entry.requirement.specifier
        locked[entry.name].append(pinned.version)
    for requirement in distribution.requirements():
        assert locked[requirement.name], requirement
        assert all(requirement.specifier.contains(version) for version in locked[requirement.name]), requirement


def test_the_lock_is_whole_and_names_no_server() -> None:
    text = packages.ENGINE_LOCK.read_text(encoding="utf-8")
    assert sum(line[0] not in " #" for line in text.splitlines()) == len(ENGINE)  # no line has another form
    assert all(entry.users and "    --hash=sha256:" in entry.text for entry in ENGINE)
    assert "://" not in text


def test_the_locked_uv_carries_the_backend_that_builds_the_wheel() -> None:
    """If it did not, building would need a network."""
    project = tomllib.loads((distribution.SOURCE / "pyproject.toml").read_text(encoding="utf-8"))
    backend = Requirement(project["build-system"]["requires"][0])
    (version,) = (pinned.version for entry in ENGINE if entry.name == "uv" for pinned in entry.requirement.specifier)
    assert backend.name == "uv_build"
    assert backend.specifier.contains(version)


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (distribution.build_wheel(tmp_path / name) for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    """These include the lock and the files that `make new` writes, also dot files."""
    with zipfile.ZipFile(distribution.build_wheel(tmp_path)) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
    files = {path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    expected = {f"texloom/{path.relative_to(PACKAGE).as_posix()}" for path in files}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert "texloom/scaffold/files/report/.gitignore" in expected
