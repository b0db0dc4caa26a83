"""Quick check for changes since a document was finished, without making a plan.

File metadata only save reading unchanged files: content decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from texloom.data.digests import Digests, signature, written
from texloom.results.places import DOCUMENTS, Document
from texloom.staleness.recording.reads import listing, path_state, recorded_path
from texloom.staleness.watched import (
    EDITED,
    EDITED_DURING_BUILD,
    Watched,
    commits,
    current_environment,
    files_matching,
    history,
    settled,
    watch,
)


@dataclass(frozen=True)
class Known:
    """A document that was finished before, and what has changed since."""

    public: Path
    changed: list[Path]
    only_text: bool
    """Whether the changes require rendering and compiling only."""
    committed: bool
    """Whether the commit has changed."""


def _known(target: str, profile: str) -> tuple[Document, Watched] | None:
    """The document of a target and its stored record; None if it was never finished here or is not a document."""
    for document in DOCUMENTS:
        if document == target and (watched := Watched.load(document, profile)):
            return document, watched
    return None


def changed_since_built(target: str, profile: str, *, keep: bool = True) -> Known | None:
    """What has changed since a document was finished; None if there is no record of it.

    keep: store the file metadata found, so that the next check need not read these files.
    """
    found = _known(target, profile)
    if found is None:
        return None
    document, watched = found
    changed, read = _changed(watched)
    committed = watched.commits != commits()
    if read and keep:
        watched.write(document, profile)
    only_text = {path.as_posix() for path in changed} <= set(watched.rendered)
    return Known(watched.build.public(document), changed, bool(changed) and only_text, committed)


def remember_commit(target: str, profile: str) -> None:
    """Store the current commit as the one that was built."""
    if found := _known(target, profile):
        document, watched = found
        watched.commits[:] = commits()
        for path in history(watched.build):
            watch(watched, path.as_posix(), Digests())
        watched.write(document, profile)


def _changed(watched: Watched) -> tuple[list[Path], bool]:
    """The files that differ, and whether unchanged files had to be read."""
    changed, read, digests = set(), False, Digests()
    for name, (before, digest) in watched.files.items():
        path = recorded_path(name)
        if digest == "folder":
            same = path.is_dir() and [path.stat().st_mtime_ns] == before
        elif digest is not None and before and list(signature(path) or ()) == before:
            same = digest != EDITED_DURING_BUILD
        else:
            same = digests.of(path) == digest
            if same and digest is not None and (now := settled(path, digests)):
                watched.files[name], read = (now, digest), True
        if not same:
            changed.add(Path(name))
    for name, listings in watched.folders.items():
        for each in listings:
            now = listing(recorded_path(name), each["pattern"])
            if (now["names"] if now else None) != each["names"]:
                changed.add(Path(name))
    changed.update(Path(name) for name, seen in watched.looked.items() if path_state(recorded_path(name), seen) != seen)
    if watched.environment != current_environment():
        changed.add(Path("the environment"))
    return sorted(changed), read


def edited(profile: str) -> dict[str, object]:
    """The state of all files that an author may edit: those named in the report's records, and new ones.

    Of the folder of results only a user's own files that the document reads.
    """
    watched = Watched.load("report", profile)
    build, own = (f"{watched.folder}/", {*watched.rendered}) if watched else ("", set())
    named = [name for name in watched.files if name in own or not name.startswith(build)] if watched else []
    found: dict[str, object] = {name: written(recorded_path(name)) for name in named}
    for name, listings in watched.folders.items() if watched else ():
        for each in listings:
            names = (listing(recorded_path(name), each["pattern"]) or {"names": ()})["names"]
            found |= {Path(name, file).as_posix(): written(recorded_path(name) / file) for file in names}
    found |= {path.as_posix(): written(path) for path in files_matching(EDITED)}
    for name, seen in watched.looked.items() if watched else ():
        if not name.startswith(build):
            found[name] = (found.get(name), path_state(recorded_path(name), seen))
    return found


def changes(before: Mapping[str, object], now: Mapping[str, object]) -> list[Path]:
    """Files that are new, gone or changed."""
    return sorted(Path(name) for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def only_text(changed: Iterable[Path], profile: str) -> bool:
    """Whether these changes, and any others since the last build, require rendering and compiling only."""
    watched = Watched.load("report", profile)
    found = [*changed, *(_changed(watched)[0] if watched else ())]
    return watched is not None and {path.as_posix() for path in found} <= set(watched.rendered)
