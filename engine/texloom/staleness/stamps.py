"""What a finished build was made of, by the times of files, so that the next one need not plan where nothing changed.

Snakemake decides what is out of date, and looks at contents for it. Before it is asked, the size and the time of every
file that it would look at are compared with those at the end of the last whole build: where all are the same, so is the
answer; and where only text differs, the answer is to render and compile.
"""

from __future__ import annotations

import json
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

from texloom.results import places

EDITED = ("report.toml", "theory/**/*", "templates/**/*", "experiments/**/*.py")
"""What an author edits."""
COMMITS = ".git/logs/HEAD"
"""Grows with each commit; the build of a commit is remembered."""
ENGINE = ("Snakefile", "engine/texloom/**/*.py", COMMITS)
"""What else a build reads."""
DATA = ("data/*/SHA256SUMS",)
RESULTS = ("checks.json", "runs/**/*", "figures/**/*")
"""What a build leaves in its folder besides the document."""
TEXT = {".tex", ".bib", ".j2"}
RECORDS = Path(".snakemake")

Stamps = dict[str, list[int]]
"""Path to time of the last change, in nanoseconds, and size in bytes."""


def stamps(patterns: Iterable[str], root: Path = Path()) -> Stamps:
    """The files that match."""
    files = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
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
    return stamps((*EDITED, *ENGINE)) | {packages.as_posix(): [packages.stat().st_mtime_ns, 0]}


def results(target: str, folder: str) -> Stamps:
    """What the build of a document into `folder` makes."""
    documents = (places.PUBLIC[target], places.MADE[target], places.DRAFT)
    return stamps(DATA) | stamps((*RESULTS, *documents), Path(folder))


def record(target: str, profile: str, folder: str, before: Stamps) -> None:
    """Keep the stamps of a document that has just been finished.

    before: `sources()` at the beginning, so that an edit made meanwhile is seen the next time.
    """
    path = _record(target, profile)
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")
    kept = {"folder": folder, "stamps": before | results(target, folder)}
    partial.write_text(json.dumps(kept), encoding="utf-8")
    partial.replace(path)


def changed_since_built(target: str, profile: str) -> tuple[Path, list[Path]] | None:
    """A document that was finished once, and what has changed since; None where nothing is known of it."""
    if target not in places.PUBLIC or not (path := _record(target, profile)).exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    changed = changes(kept["stamps"], sources() | results(target, kept["folder"]))
    return Path(kept["folder"], places.PUBLIC[target]), changed


def _record(target: str, profile: str) -> Path:
    return RECORDS / f"built-{target}-{profile}.json"
