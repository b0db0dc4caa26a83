"""Rebuild a report from the sources in its PDF, in an empty folder. This runs code of the PDF's author."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from texloom.errors import ReportError
from texloom.evidence import archive
from texloom.evidence.schema import SOURCES, Evidence
from texloom.results.places import DEFAULT_FOLDER
from texloom.results.utf8 import parse_toml
from texloom.verify import sandbox
from texloom.verify.rows import printable

SHOWN = 12
"""How many of the last lines of the build's output are printed if it fails."""
SCRIPT = """
git init --quiet . && git add --all . &&
git -c user.name=texloom -c user.email=texloom@localhost commit --quiet --message sources || exit
for wheel in engine/*.whl; do
  [ ! -e "$wheel" ] || ../venv/bin/python -m zipfile -e "$wheel" ../engine || exit
done
exec ../venv/bin/python -m texloom build report --profile="$1"
"""
"""Makes the repository that the build expects, and runs the engine in the sources, which is a folder or a wheel."""


def rebuild(content: bytes, title: str, folder: Path, profile: str, ask: Callable[[str], str] = input) -> Path:
    """Ask, unpack the archive into an empty folder, build the report there, and return the path of its PDF.

    content: the archive, which the check of the PDF found safe to unpack. Raises ReportError if the answer is not yes,
    or if no PDF is made.
    """
    files = archive.unpacked(content)
    built = _build_folder(files, profile)
    is_isolated = sandbox.works(folder)
    _ask(len(files), title, is_isolated, ask)
    report = _prepare(files, folder)
    command = ["sh", "-c", SCRIPT, "sh", profile]
    here = Path("data").absolute()
    if is_isolated:
        readable = {report / "data": here} if here.is_dir() and not (report / "data").exists() else {}
        command = sandbox.isolated(command, folder, report, readable)
    variables = sandbox.environment(os.environ, folder / "home")
    finished = subprocess.run(command, cwd=report, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if finished.returncode:
        said = printable(finished.stdout.decode("utf-8", "replace")).strip().splitlines()[-SHOWN:]
        raise ReportError(SOURCES, "could not be rebuilt here; the last lines of the build:", "\n  ".join(said))
    return _pdf_of(report, built)


def _ask(number: int, title: str, is_isolated: bool, ask: Callable[[str], str]) -> None:
    how = "in bubblewrap: without network and your home, and it can write only into a temporary folder"
    if not is_isolated:
        how = "WITH YOUR PERMISSIONS, network and home included, because bubblewrap (bwrap) does not work here"
    what = f"{SOURCES} has {number} files of the report '{printable(title)}'"
    question = f"{what}. To rebuild it runs their author's code,\n{how}."
    try:
        answer = ask(f"{question}\nType yes to run it: ")
    except EOFError:
        answer = ""
    if answer.strip().lower() != "yes":
        raise ReportError("verify", f"nothing of {SOURCES} was run", "answer yes to rebuild the report from it")


def _prepare(files: list[tuple[str, int, bytes]], folder: Path) -> Path:
    """Write the files, a home, and an environment with the packages of this one but the engine of the sources."""
    report, environment = folder / "report", folder / "venv"
    for name, mode, content in files:
        path = report / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
        path.chmod(0o755 if mode & 0o100 else 0o644)
    (folder / "home").mkdir()
    make_environment(environment, [report / "engine", folder / "engine"])
    return report


def make_environment(folder: Path, engines: list[Path]) -> None:
    """Make an environment like venv does, but with resolved paths: the build may not see the targets of links."""
    python = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    packages = dict.fromkeys(Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib"))
    own = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    own.mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(python)
    (folder / "pyvenv.cfg").write_text(f"home = {python.parent}\ninclude-system-site-packages = false\n")
    (own / "packages.pth").write_text("".join(f"{path}\n" for path in (*engines, *packages)))


def _pdf_of(report: Path, folder: str) -> Path:
    """The PDF that the build made. Raises ReportError if it is not a file within the report."""
    pdf = report / folder / "report.pdf"
    if not pdf.is_file() or not pdf.resolve().is_relative_to(report.resolve()):
        raise ReportError(SOURCES, "were built without an error, but there is no report.pdf")
    return pdf


def _build_folder(files: list[tuple[str, int, bytes]], profile: str) -> str:
    """The build folder according to report.toml. Raises ReportError if the file has no such profile."""
    text = next((content for name, _, content in files if name == "report.toml"), b"").decode("utf-8", "replace")
    profiles = parse_toml(text, Path(f"{SOURCES}: report.toml")).get("profiles")
    found = profiles.get(profile) if isinstance(profiles, dict) else None
    if not isinstance(found, dict):
        raise ReportError(SOURCES, f"are not a report with the profile '{profile}'")
    return str(found.get("folder", DEFAULT_FOLDER))


def agreement(evidence: Evidence, rebuilt: Evidence) -> str:
    """A note on how many printed values are the same, place by place, in the rebuilt PDF."""
    ours, theirs = ([value.printed for value in each.values] for each in (evidence, rebuilt))
    same = sum(one == other for one, other in zip(ours, theirs, strict=False))
    return f"of {len(ours)} printed values {same} are the same in the PDF rebuilt from {SOURCES}"
