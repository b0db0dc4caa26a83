"""The end of a stage: its reads are compared with the current state; files that it wrote itself are left out."""

# Paths are strings, as the hook gets them:
# ruff: noqa: PTH118, PTH119, PTH120

from __future__ import annotations

import importlib.machinery
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from texloom.data.digests import Digests, written
from texloom.staleness.recording.databases import LOG, merged_digest
from texloom.staleness.recording.left import BY_AN_EARLIER_RUN, CHANGED, IN_VAIN, remember
from texloom.staleness.recording.notes import Notes
from texloom.staleness.recording.origins import Origins, is_below
from texloom.staleness.recording.reads import Reads, changed_path_states, listing, path_state, recorded_path


def finish(notes: Notes, origins: Origins, digests: Digests) -> Reads:
    """The reads of the stage, in the form in which they are stored."""
    notes.read_children()
    _left(notes, origins, digests)
    _files(notes, origins, digests)
    _databases(notes, origins, digests)
    _imports(notes, origins)
    _looks(notes, origins)
    _listings(notes, origins)
    notes.reads.unseen = sorted(_unseen(notes, origins))
    return notes.reads


def _unseen(notes: Notes, origins: Origins) -> Iterator[str]:
    """Reads that were neither recorded nor declared.

    A declaration covers its whole module, but not another file that the module passes to a program.
    """
    for place, what in notes.programs.items():
        if place.rpartition(":")[0] not in notes.declared_in:
            yield f"{place}: {what}"
    declared = {origins.shown(name) for name in notes.declared_files}
    for name, place in notes.given.items():
        known = origins.shown(name) in declared or name in notes.written or is_below(name, notes.own)
        if not known and place.rpartition(":")[0] in notes.declared_in:
            yield f"{place}: gives {origins.shown(name)} to another program"


def _files(notes: Notes, origins: Origins, digests: Digests) -> None:
    """Keep written files as inputs only if they were read before and are unchanged, or if they were declared."""
    files, declared = notes.reads.files, {origins.shown(name) for name in notes.declared_files}
    for name in sorted(notes.written):
        recorded = origins.shown(name)
        if recorded in declared:
            files[recorded] = digests.of(Path(name))
        elif name not in notes.read_first or files.get(recorded) != digests.of(Path(name)):
            files.pop(recorded, None)
    notes.reads.files = dict(sorted(files.items()))
    foreign = notes.stamps.keys() - notes.written - notes.touched
    # edited, even if the old content was restored afterwards
    edited = {origins.shown(name) for name in foreign if written(Path(name)) != notes.stamps[name]}
    for name, before in notes.reads.files.items():
        if digests.of(recorded_path(name)) != before or name in edited:
            notes.reads.unsettled.append(name)


def _left(notes: Notes, origins: Origins, digests: Digests) -> None:
    """Report files that the stage leaves behind and that it read, or looked for in vain, before it wrote them.

    No record can store such reads: they depend on how often the stage has run.
    """
    found = {name: digest for name in sorted(notes.left) if (digest := digests.of(Path(name)))}

    def was_there(name: str) -> bool:
        """Whether the file is unchanged. SQLite also opens files for writing when it only reads them."""
        return name in notes.read_first and notes.reads.files.get(origins.shown(name)) == found[name]

    left = {name: digest for name, digest in found.items() if not was_there(name)}
    declared = dict.fromkeys(notes.left & notes.declared_files, "")  # when edited, this stage is run again
    remember(Path(origins.root), {origins.shown(name): digest for name, digest in (left | declared).items()})
    put_away = {name for name, place in notes.moved.items() if place not in notes.read_there}
    # files that another process of the stage had written before a process read them
    written_by_another = notes.written - notes.read_first
    untrue = {f"reads {origins.shown(name)}{BY_AN_EARLIER_RUN}" for name in put_away | written_by_another}
    notes.programs = {place: what for place, what in notes.programs.items() if what not in untrue}
    for name in (notes.left & notes.places.keys()) - put_away:
        recorded = origins.shown(name)
        before = notes.reads.files.get(recorded, "") if name in notes.read_first else ""
        in_vain = None in (before, notes.looks.get(name, {}).get("kind", ""))
        if before and before != found.get(name):
            notes.programs.setdefault(notes.places[name], f"reads {recorded}{CHANGED}")
        elif in_vain and name in found:
            notes.programs.setdefault(notes.places[name], f"looks for {recorded}{IN_VAIN}")


def _databases(notes: Notes, origins: Origins, digests: Digests) -> None:
    """Record the databases with a log that the stage only read; reading may merge the log, too."""
    for name, before in notes.databases.items():
        if merged_digest(Path(name)) == before:
            log = Path(name + LOG)
            notes.reads.files[origins.shown(name)] = digests.of(Path(name))
            notes.reads.files[origins.shown(log)] = digests.of(log) if path_state(log, ["size"])["size"] else None


def _looks(notes: Notes, origins: Origins) -> None:
    """Record the paths that were queried.

    Leave out those that were also read, because their content is recorded, and those that the stage made itself.
    """
    files = {name for name, digest in notes.reads.files.items() if digest}
    for name, found in sorted(notes.looks.items()):
        if name in notes.touched:  # the stage may have appended to it
            found = {asked: value for asked, value in found.items() if asked != "size"}
        read = origins.shown(name) in files and not found.get("link")
        if not read and name not in notes.written and not is_below(name, notes.own):
            notes.reads.looked[origins.shown(name)] = found
    notes.reads.unsettled.extend(changed_path_states(notes.reads.looked))


def _listings(notes: Notes, origins: Origins) -> None:
    """Update listings: names that the stage made or removed, and folders that it made, count as they are now."""
    own = {origins.shown(path) for path in notes.written}
    for name, listings in sorted(notes.reads.folders.items()):
        folder = recorded_path(name)
        made = {os.path.basename(path) for path in notes.written if origins.shown(os.path.dirname(path)) == name}
        for each in listings:
            now = (listing(folder, each["pattern"]) or {"names": None})["names"]
            if name not in own and _without(now, made) != _without(each["names"], made):
                notes.reads.unsettled.append(f"{name}/")
            else:
                each["names"] = now


def _without(names: list[str] | None, made: Collection[str]) -> list[str]:
    return [name for name in names or () if name not in made]


def _imports(notes: Notes, origins: Origins) -> None:
    """Record which files would take precedence over the imported modules, and which modules were not found."""
    patterns: dict[str, list[str]] = {}
    for module, folders in sorted(notes.imports.items()):
        name, is_there = module.rpartition(".")[2], module in sys.modules
        found = getattr(sys.modules.get(module), "__file__", None) or ""
        for folder, wanted in _before(name, found, folders, notes, origins):
            patterns.setdefault(folder, []).append(wanted)
            if found or is_there:  # a folder without __init__.py has no file
                package = os.path.join(folder, name, "__init__.py")
                notes.looks.setdefault(package, path_state(Path(package), ("kind",)))
    for folder, each in sorted(patterns.items()):
        wanted, known = "|".join(each), notes.reads.folders.setdefault(origins.shown(folder), [])
        if not any(other["pattern"] == wanted for other in known):
            known.append(listing(Path(folder), wanted) or {"pattern": wanted, "names": None})
    unknown = {name for name in notes.imports if "." not in name} - {*sys.modules, *sys.stdlib_module_names}
    notes.reads.missing = sorted(name for name in unknown if not importlib.machinery.PathFinder.find_spec(name))


def _before(name: str, found: str, folders: Iterable[str], notes: Notes, origins: Origins) -> Iterator[tuple[str, str]]:
    """Folders where a file would take precedence over a module, with its pattern; found: the module's file, or ""."""
    compiled = f"{name}.*.so|{name}.so"
    for folder in folders:
        beside = os.path.dirname(found)
        if beside == os.path.join(folder, name):  # a package takes precedence over all else
            return
        if beside == folder:
            if found not in notes.written and not origins.is_no_input(found):
                yield folder, compiled
            return
        if not origins.is_elsewhere(folder) and folder != origins.library:
            yield folder, f"{name}.py|{compiled}" + ("" if found else f"|{name}/")
