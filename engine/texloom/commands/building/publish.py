"""Publish finished files: move each to its public path in one step."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

from texloom.document.document import publish_file, remove_draft
from texloom.document.tex.compile import is_finished
from texloom.errors import ReportError
from texloom.manifest import Manifest
from texloom.results.places import BuildFolder, Document
from texloom.results.sealed import file_digest, is_intact, read_sealed, write_sealed
from texloom.staleness.identity import git_state

PUBLISHED = "published"
"""Key in the record of a notebook: the digest of its last published version."""


def publish(document: Document, build: BuildFolder, manifest: Manifest, started: float) -> None:
    """Move the new PDF to its public path, unless the one there has the same bytes; print the path.

    Raises ReportError, and keeps the last good PDF, if the new one is not as LaTeX finished it.
    """
    made, public = build.made(document), build.public(document)
    if not is_finished(build.sources(document)):
        raise ReportError(made, "was changed after LaTeX wrote it", "run make again to rebuild it")
    if public.is_file() and public.read_bytes() == made.read_bytes():
        word = "is up to date"
    else:
        publish_file(made, public)
        word = "is ready"
    if document == "report":
        remove_draft(build, manifest.seeds)
        publish_animations(build)
        store_summary(build)
    print(f"{public} {word} ({time.perf_counter() - started:.1f} s)")


def published(build: BuildFolder) -> dict[Path, bytes]:
    """The content of the report and of each file published beside it, as they were made."""
    made = {build.public("report"): build.made("report")} | {
        public: made for made, public in build.animations().items()
    }
    return {public: path.read_bytes() for public, path in made.items() if path.is_file()}


def publish_animations(build: BuildFolder) -> None:
    """Publish the experiments' animations beside the PDF."""
    for drawn, public in build.animations().items():
        publish_file(drawn, public)


def publish_notebooks(build: BuildFolder, experiments: Iterable[str], started: float) -> None:
    """Publish newly made notebooks.

    If a user has edited the published notebook, it stays in place until a new version is made, or until it is found to
    be invalid JSON. In either case it is kept under another name, which is printed.
    """
    build.notebooks.mkdir(parents=True, exist_ok=True)
    for name in experiments:
        made, public, record = build.tangled(name), build.notebook(name), build.tangled_record(name)
        digest, content = file_digest(made), read_sealed(record)
        there, before = file_digest(public) if public.exists() else None, content.get(PUBLISHED)
        if there not in (None, before, digest):
            if before == digest and _is_json(public):
                continue
            print(f"{public} was edited and is kept as {_put_aside(public)}")
        if there != digest:
            publish_file(made, public)
        if before != digest:
            write_sealed(record, content | {PUBLISHED: digest})
    print(f"{build.notebooks}: {', '.join(experiments)} up to date ({time.perf_counter() - started:.1f} s)")


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes() if path.is_file() else b"")
    except ValueError:
        return False
    return True


def _put_aside(path: Path) -> Path:
    """Rename a user's file to the first free name derived from its own."""
    names = (path.with_suffix(f".edited{number}{path.suffix}") for number in ("", *map(str, range(2, 10_000))))
    return path.rename(next(each for each in names if not each.exists()))


def store_summary(build: BuildFolder) -> None:
    """Store the summary of this build under its commit, for `make diff`, unless the working tree is dirty."""
    commit, dirty = git_state()
    if not dirty:
        summary = json.loads(build.summary.read_text(encoding="utf-8"))
        kept = build.summary_of(commit)
        if not (is_intact(kept) and read_sealed(kept) == summary):
            write_sealed(kept, summary)
