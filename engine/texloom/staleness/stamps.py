"""What a finished build was made of, by the times of files, so that the next one need not plan where nothing changed.

Snakemake decides what is out of date, and looks at contents for it. Before it is asked, the size and the time of every
file that it would look at are compared with those at the end of the last whole build: where all are the same, so is the
answer; and where only text differs, the answer is to render and compile.
"""

from __future__ import annotations

import json
import sysconfig
from collections.abc import Iterable, Mapping
from glob import escape
from pathlib import Path

from texloom.data.paths import own_paths
from texloom.data.sums import FOLDER
from texloom.results.places import DOCUMENTS, BuildFolder, Document
from texloom.staleness.packages import package_folder

EDITED = ("report.toml", "theory/**/*", "templates/**/*", "experiments/**/*.py")
"""What an author edits."""
COMMITS = ".git/logs/HEAD"
"""Grows with each commit; the build of a commit is remembered."""
ENGINE = ("**/*.py", "staleness/Snakefile")
"""What a build reads of the engine, in its folder."""
DATA = (f"{FOLDER}/*/*",)
"""What was fetched, and its sums."""
TEXT = {".tex", ".bib", ".j2"}
RECORDS = Path(".snakemake")

Stamps = dict[str, list[int]]
"""Path to time of the last change, in nanoseconds, and size in bytes."""


def stamps(patterns: Iterable[str], root: Path = Path()) -> Stamps:
    """The files that match; hidden ones, which editors make, are none."""
    matching = (path for pattern in patterns for path in root.glob(pattern))
    files = {path for path in matching if path.is_file() and not path.name.startswith(".")}
    found = {path.as_posix(): path.stat() for path in files if "__pycache__" not in path.parts}
    return {name: [found[name].st_mtime_ns, found[name].st_size] for name in sorted(found)}


def changes(before: Mapping[str, object], now: Mapping[str, object]) -> list[Path]:
    """Files that are new, gone or changed."""
    return sorted(Path(name) for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def only_text(changed: Iterable[Path]) -> bool:
    """Whether rendering and compiling is all that a change asks for."""
    return all(path.suffix in TEXT or path == Path(COMMITS) for path in changed)


def sources() -> Stamps:
    """What a build reads: the author's files, the engine, and the folder of the installed packages."""
    packages = Path(sysconfig.get_path("purelib"))
    found = stamps((*EDITED, COMMITS)) | stamps(ENGINE, package_folder("texloom"))
    return found | _own_data() | {packages.as_posix(): [packages.stat().st_mtime_ns, 0]}


def _own_data() -> Stamps:
    """The author's data, wherever they lie."""
    found = {}
    for path in own_paths():
        found |= stamps(["**/*"], path) if path.is_dir() else stamps([escape(path.name)], path.parent)
    return found


def results(document: Document, build: BuildFolder) -> Stamps:
    """What the build of a document makes."""
    folders = (build.all_runs / "**/*", build.all_figures / "**/*")
    made = [*folders, build.checks, build.made(document), build.public(document), build.draft]
    made += [build.costs, build.summary, *build.animations().values()]
    return stamps(DATA) | stamps([path.relative_to(build.folder).as_posix() for path in made], build.folder)


def record(document: Document, profile: str, build: BuildFolder, before: Stamps) -> None:
    """Keep the stamps of a document that has just been finished.

    before: `sources()` at the beginning, so that an edit made meanwhile is seen the next time.
    """
    path = _record(document, profile)
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")
    kept = {"folder": str(build.folder), "stamps": before | results(document, build)}
    partial.write_text(json.dumps(kept), encoding="utf-8")
    partial.replace(path)


def changed_since_built(target: str, profile: str) -> tuple[Path, list[Path]] | None:
    """A document that was finished once, and what has changed since; None where nothing is known, or it is none."""
    for document in DOCUMENTS:
        if document == target and (path := _record(document, profile)).exists():
            try:
                kept = json.loads(path.read_text(encoding="utf-8"))
                build = BuildFolder(Path(kept["folder"]))
            except (ValueError, LookupError, TypeError):  # damaged
                return None
            return build.public(document), changes(kept["stamps"], sources() | results(document, build))
    return None


def _record(document: Document, profile: str) -> Path:
    return RECORDS / f"built-{document}-{profile}.json"
