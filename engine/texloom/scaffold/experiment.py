"""A new experiment: one of the templates under another name, and its place in the report."""

from __future__ import annotations

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
"""What a new experiment can be, each with the extra of the engine that it needs; the first is made unless asked."""
MODEL_NAME = "my_experiment"
"""What the experiments of `files/` are called; their label is my-experiment, their title My experiment."""
RESERVED = {"theory": "the figures of the written answers lie there"}
"""Names that have another meaning in build/figures/."""


class Made(NamedTuple):
    """What a new experiment has changed in its report, besides report.toml."""

    files: list[Path]
    """The files that are new."""
    packages: list[Path]
    """pyproject.toml and requirements.lock, if the experiment needs packages that the report did not have."""


def check_kind(kind: str) -> None:
    """Raise ReportError for a kind that there is not."""
    if kind not in KINDS:
        raise ReportError("KIND", f"there is no kind '{kind}' of experiment", closest(kind, KINDS))


def check_name(name: str, root: Path = Path(), kind: str = "analysis") -> None:
    """Raise ReportError unless a new experiment can have this name."""
    example = "at most 40 small letters, digits and single underscores, a letter first: make new NAME=my_experiment"
    if not re.fullmatch(r"[a-z](_?[a-z0-9])*", name) or len(name) > 40:
        raise ReportError("NAME", f"'{name}' cannot be the name of an experiment", example)
    if keyword.iskeyword(name):
        raise ReportError("NAME", f"'{name}' is a word of Python's own", example)
    if name in RESERVED:
        raise ReportError("NAME", f"'{name}' is taken: {RESERVED[name]}", "choose another name")
    if name in experiment_names(root) and f'"{name}"' not in (root / MANIFEST).read_text(encoding="utf-8"):
        left = "remove it, for instance where a killed command has left it, or choose another name"
        raise ReportError(root / "experiments" / name, f"is not in {MANIFEST}, but there", left)
    if name in experiment_names(root):
        raise ReportError("NAME", f"there is an experiment '{name}' already", "choose another name")
    for path in filled(FILES / kind, name):
        if (root / path).exists():
            raise ReportError(root / path, "exists, but is not part of a complete experiment", "remove or rename it")


def renamed(text: str, name: str) -> str:
    """A text of the templates with the experiment's name, label and title."""
    for separator in "_- ":
        text = text.replace(MODEL_NAME.replace("_", separator), name.replace("_", separator))
    return text.replace(title(MODEL_NAME), title(name))


def title(name: str) -> str:
    """The title that a new experiment starts with."""
    return name.replace("_", " ").capitalize()


def filled(folder: Path, name: str) -> dict[Path, str]:
    """The files of a folder of templates: relative paths and texts, both with the experiment's name."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {
        Path(renamed(path.relative_to(folder).as_posix(), name)): renamed(path.read_text(encoding="utf-8"), name)
        for path in files
    }


def write(files: Mapping[Path, str], root: Path) -> None:
    """Write files; Python is put in order as `make check` wants it, for imports sort and lines break by name."""
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
    """pyproject.toml and the lock of a report, each if it lacks what a kind of experiment needs, with that added."""
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
    """Add an experiment that works to the report in `root`, as the last part of its last section.

    Raises ReportError, with nothing written, for a name or a kind that cannot be. A failure, as on a full disk, leaves
    all as it was.
    """
    check_kind(kind)
    check_name(name, root, kind)
    part = renamed((FILES / f"{kind}.toml").read_text(encoding="utf-8"), name)
    listed = with_part((root / MANIFEST).read_text(encoding="utf-8"), part)
    files, changed = filled(FILES / kind, name), with_packages_of(kind, root)
    texts = {root / path: text for path, text in {**changed, MANIFEST: listed}.items()}  # at last what names it
    # where they lie until they take their places, and where the next build removes what a killed command leaves
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
        shutil.move(written, path.resolve())  # to another disk, too
    with suppress(OSError):  # of a new report, which nothing has built yet
        (root / RECORDS).rmdir()
    return Made(list(files), list(changed))


def places(name: str) -> list[str]:
    """Where an author finds the files of a new experiment."""
    return [f"experiments/{name}/", f"templates/sections/{name}.tex.j2", f"tests/experiments/{name}/"]
