"""Create a new experiment from a template, and add it to the report."""

from __future__ import annotations

import importlib.util
import keyword
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from texloom.errors import ReportError, closest
from texloom.machine.disk import check_room
from texloom.machine.records import RECORDS
from texloom.manifest import MANIFEST, experiment_names
from texloom.results.written import remove
from texloom.scaffold import distribution, packages
from texloom.scaffold.manifest import with_part

FILES = Path(__file__).with_name("files")
KINDS = {"analysis": None, "training": "training"}
"""The kinds of new experiments, each with the extra of the engine that it needs; the first is the default."""
MODEL_NAME = "my_experiment"
"""The name of the experiments in `files/`; their label is my-experiment, their title My experiment."""
RESERVED = {"theory": "it is the folder of the written answers' figures"}
"""Names that have another meaning in build/figures/."""


class Made(NamedTuple):
    """The changes of a new experiment to its report, besides report.toml."""

    files: list[Path]
    """The new files."""
    packages: list[Path]
    """pyproject.toml and requirements.lock, if the experiment needs packages that the report did not have."""


def check_kind(kind: str) -> None:
    """Raise ReportError for an unknown kind."""
    if kind not in KINDS:
        raise ReportError("KIND", f"there is no kind '{kind}' of experiment", closest(kind, KINDS))


def check_name(name: str, root: Path = Path(), kind: str = "analysis") -> None:
    """Raise ReportError unless a new experiment can have this name."""
    example = "at most 40 small letters, digits and single underscores, a letter first: make new NAME=my_experiment"
    if not re.fullmatch(r"[a-z](_?[a-z0-9])*", name) or len(name) > 40:
        raise ReportError("NAME", f"'{name}' cannot be the name of an experiment", example)
    if keyword.iskeyword(name):
        raise ReportError("NAME", f"'{name}' is a keyword of Python", example)
    if name in RESERVED:
        raise ReportError("NAME", f"'{name}' is reserved: {RESERVED[name]}", "choose another name")
    if name in sys.stdlib_module_names or importlib.util.find_spec(name):
        raise ReportError("NAME", f"'{name}' is the name of a module of Python, a library or this report", f"my_{name}")
    if name in experiment_names(root) and f'"{name}"' not in (root / MANIFEST).read_text(encoding="utf-8"):
        left = "remove it, for instance if a killed command left it, or choose another name"
        raise ReportError(root / "experiments" / name, f"exists, but is not in {MANIFEST}", left)
    if name in experiment_names(root):
        raise ReportError("NAME", f"there is an experiment '{name}' already", "choose another name")
    for path in filled(FILES / kind, name):
        if (root / path).exists():
            raise ReportError(root / path, "exists, but is not part of a complete experiment", "remove or rename it")


def renamed(text: str, name: str) -> str:
    """Replace name, label and title in the text of a template by those of the experiment."""
    for separator in "_- ":
        text = text.replace(MODEL_NAME.replace("_", separator), name.replace("_", separator))
    return text.replace(title(MODEL_NAME), title(name))


def title(name: str) -> str:
    """The default title of a new experiment."""
    return name.replace("_", " ").capitalize()


def filled(folder: Path, name: str) -> dict[Path, str]:
    """The files of a folder of templates, as relative paths and texts, both with the experiment's name."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {
        Path(renamed(path.relative_to(folder).as_posix(), name)): renamed(path.read_text(encoding="utf-8"), name)
        for path in files
    }


def write(files: Mapping[Path, str], root: Path) -> None:
    """Write files; format Python as `make check` requires, because sorting and line breaks depend on the name."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    tidy([path for path in files if path.suffix == ".py"], root)


def tidy(files: Iterable[Path], root: Path) -> None:
    """Sort the imports of Python files and format them."""
    names = [path.as_posix() for path in files]
    for command in (("check", "--select", "I", "--fix"), ("format",)):
        finished = subprocess.run([sys.executable, "-m", "ruff", *command, "--quiet", "--no-cache", *names], cwd=root)
        if finished.returncode:
            check_room(root)
            finished.check_returncode()


def with_packages_of(kind: str, root: Path) -> dict[Path, str]:
    """The texts of pyproject.toml and the lock with the packages for a kind of experiment added, if they change."""
    extra = KINDS[kind]
    if extra is None:
        return {}
    project, lock = Path("pyproject.toml"), Path("requirements.lock")
    before = {path: (root / path).read_text(encoding="utf-8") for path in (project, lock)}
    after = {
        project: packages.with_extra(before[project], extra),
        lock: packages.with_packages(before[lock], distribution.required(extra)),
    }
    return {path: text for path, text in after.items() if text != before[path]}


def new_experiment(name: str, kind: str, root: Path = Path()) -> Made:
    """Add a working experiment to the report in `root`, as the last part of its last section.

    Raises ReportError, with nothing written, for an invalid name or kind. A failure, as on a full disk, leaves the
    report unchanged.
    """
    check_kind(kind)
    check_name(name, root, kind)
    part = renamed((FILES / f"{kind}.toml").read_text(encoding="utf-8"), name)
    listed = with_part((root / MANIFEST).read_text(encoding="utf-8"), part)
    files, changed = filled(FILES / kind, name), with_packages_of(kind, root)
    texts = {root / path: text for path, text in {**changed, MANIFEST: listed}.items()}  # the manifest last
    # temporary files, which the next build removes if this command is killed
    half = {path: root / RECORDS / f"added-{path.name}.partial" for path in texts}
    try:
        write(files, root)
        for path, text in texts.items():
            half[path].parent.mkdir(exist_ok=True)
            half[path].write_text(text, encoding="utf-8")
    except BaseException:
        remove([*(root / path for path in files), *half.values()], root)
        raise
    for path, written in half.items():
        shutil.move(written, path.resolve())  # works across disks
    with suppress(OSError):  # empty only in a new report that was never built
        (root / RECORDS).rmdir()
    return Made(list(files), list(changed))


def places(name: str) -> list[str]:
    """The paths of a new experiment's files, for messages."""
    return [f"experiments/{name}/", f"templates/sections/{name}.tex.j2", f"tests/experiments/{name}/"]
