"""New experiments and new reports: the scaffold, an experiment and a report that work, under other names."""

from __future__ import annotations

import keyword
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from texloom.errors import ReportError
from texloom.manifest import experiment_names

ROOT = Path(__file__).resolve().parents[1]
SCAFFOLD = Path(__file__).with_name("scaffold")
EXPERIMENT, REPORT, PART = SCAFFOLD / "experiment", SCAFFOLD / "report", SCAFFOLD / "part.toml"
MODEL_NAME = "my_experiment"
"""What the scaffold's experiment is called; its label is my-experiment, its title My experiment."""

RESERVED = {"common": "what experiments share is there", "theory": "the figures of the written answers lie there"}
"""Names that have another meaning in experiments/ or build/figures/."""

ENGINE = (
    *(".gitignore", "LICENSE", "Makefile", "Snakefile", "pyproject.toml", "requirements.lock"),
    *("setup/python.sh", "setup/tex.sh", "setup/tex-packages.txt"),
    *("weave/**/*", "templates/*", "theory/__init__.py", "experiments/*.py", "experiments/common/**/*"),
    *("tests/__init__.py", "tests/conftest.py", "tests/progress.py", "tests/experiments/__init__.py"),
    *("tests/theory/__init__.py", "tests/theory/fragments.py", "tests/theory/test_fragments.py"),
)
"""What a report is made with, whatever it says."""

PROJECT_NAME = re.compile(r'(?<=\[project\]\n)name = ".*"')
TESTS_OF_OURS = re.compile(
    r"^(?:bench|browser):.*\n(?:\t.*\n)+\n?"  # the rules
    r"|(?<= quick) bench(?= check)|(?<= tex) browser$",  # and where they are named
    re.MULTILINE,
)
"""In the Makefile: what benchmarks and the test of the live view need, which stay here."""

HEADER = re.compile(r"\s*\[")
PARTS_OF_SECTIONS = re.compile(r"\s*\[\[\s*sections(\s*\.\s*parts)?\s*\]\]")


def check_name(name: str, root: Path = Path()) -> None:
    """Raise ReportError unless a new experiment can have this name."""
    example = "at most 40 small letters, digits and single underscores, a letter first: make new NAME=my_experiment"
    if not re.fullmatch(r"[a-z](_?[a-z0-9])*", name) or len(name) > 40:
        raise ReportError("NAME", f"'{name}' cannot be the name of an experiment", example)
    if keyword.iskeyword(name):
        raise ReportError("NAME", f"'{name}' is a word of Python's own", example)
    if name in RESERVED:
        raise ReportError("NAME", f"'{name}' is taken: {RESERVED[name]}", "choose another name")
    if name in experiment_names(root):
        raise ReportError("NAME", f"there is an experiment '{name}' already", "choose another name")
    for path in filled(EXPERIMENT, name):
        if (root / path).exists():
            raise ReportError(root / path, "is there already, without the rest of an experiment", "remove or rename it")


def renamed(text: str, name: str) -> str:
    """A text of the scaffold with the experiment's name, label and title."""
    for separator in "_- ":
        text = text.replace(MODEL_NAME.replace("_", separator), name.replace("_", separator))
    return text.replace(title(MODEL_NAME), title(name))


def title(name: str) -> str:
    """The title that a new experiment starts with."""
    return name.replace("_", " ").capitalize()


def filled(folder: Path, name: str) -> dict[Path, str]:
    """The files of a folder of the scaffold: relative paths and texts, both with the experiment's name."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {
        Path(renamed(path.relative_to(folder).as_posix(), name)): renamed(path.read_text(encoding="utf-8"), name)
        for path in files
    }


def with_part(manifest: str, part: str) -> str:
    """The text of a manifest with one more part at the end of its last section; every other line is kept.

    Raises ReportError when the sections are not written as [[sections]] and [[sections.parts]].
    """
    lines = manifest.splitlines()
    headers = [number for number, line in enumerate(lines) if HEADER.match(line)]
    last = max((number for number in headers if PARTS_OF_SECTIONS.match(lines[number])), default=len(lines))
    end = min((number for number in headers if number > last), default=len(lines))
    while end > last + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1  # comments before the next header belong to it
    text = "\n".join([*lines[:end], "", *part.splitlines(), *lines[end:]]) + "\n"
    expected = tomllib.loads(manifest)
    expected["sections"][-1].setdefault("parts", []).extend(tomllib.loads(part)["sections"]["parts"])
    if not _says(text, expected):
        way_out = "write each section below a [[sections]] and each part below a [[sections.parts]] of its own"
        raise ReportError("report.toml", "the end of the last section is not found", way_out)
    return text


def _says(text: str, expected: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == expected
    except tomllib.TOMLDecodeError:
        return False


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
        subprocess.run([sys.executable, "-m", "ruff", *command, "--quiet", "--no-cache", *names], cwd=root, check=True)


def new_experiment(name: str, root: Path = Path()) -> list[Path]:
    """Add an experiment that works to the report in `root`, as the last part of its last section.

    Returns the files that are new. Raises ReportError, with nothing written, for a name that cannot be.
    """
    check_name(name, root)
    manifest = root / "report.toml"
    part = renamed(PART.read_text(encoding="utf-8"), name)
    listed = with_part(manifest.read_text(encoding="utf-8"), part)
    files = filled(EXPERIMENT, name)
    write(files, root)
    manifest.write_text(listed, encoding="utf-8")
    return list(files)


def places(name: str) -> list[str]:
    """Where an author finds the files of a new experiment."""
    return [f"experiments/{name}/", f"templates/sections/{name}.tex.j2", f"tests/experiments/{name}/"]


def engine_files() -> list[Path]:
    """The files of this project that ENGINE names, relative to its root."""
    found = {path for pattern in ENGINE for path in ROOT.glob(pattern) if path.is_file()}
    return sorted(path.relative_to(ROOT) for path in found if "__pycache__" not in path.parts)


def adapt(folder: Path) -> None:
    """Name the project of a new report after its folder; leave out of its Makefile what only our tests need."""
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "report"
    for file, pattern, text in (("pyproject.toml", PROJECT_NAME, f'name = "{name}"'), ("Makefile", TESTS_OF_OURS, "")):
        path = folder / file
        path.write_text(pattern.sub(text, path.read_text(encoding="utf-8")), encoding="utf-8")


def check_folder(folder: Path) -> None:
    """Raise ReportError unless a new report can be made in `folder`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReportError("REPORT", f"{folder} is there already and not an empty folder", "give another place")
    parent = next(parent for parent in folder.resolve().parents if parent.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise ReportError("REPORT", f"{folder} cannot be made: {parent} is not a folder to write in", "give another")


def new_report(folder: Path, name: str = "first_experiment") -> None:
    """Make a whole report: the engine, one written answer with a checked equation, one experiment.

    It is a git repository with one commit where git knows who commits, and is not inside another.
    Raises ReportError, with nothing written, for a folder that is not empty or a name that cannot be.
    """
    check_folder(folder)
    check_name(name, folder)
    for path in engine_files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    adapt(folder)
    write(filled(REPORT, name), folder)
    new_experiment(name, folder)
    commit(folder)


def commit(folder: Path) -> None:
    """A first commit, which the provenance names; none inside another repository or when git knows nobody."""

    def git(*command: str) -> bool:
        return not subprocess.run(["git", *command], cwd=folder, capture_output=True).returncode

    if shutil.which("git") is None or git("rev-parse", "--git-dir") or not git("var", "GIT_COMMITTER_IDENT"):
        return
    for command in (("init",), ("add", "--all"), ("commit", "--message", "A new report")):
        git(*command)
