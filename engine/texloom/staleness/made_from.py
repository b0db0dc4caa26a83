"""The inputs of a result: its key, known beforehand, and everything that its stage actually read and loaded."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import metadata
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

from texloom.data.digests import Digests
from texloom.errors import ReportError
from texloom.machine.interrupts import MARK
from texloom.machine.stage_errors import record_error
from texloom.results.sealed import seal_of, write_sealed
from texloom.staleness import needs
from texloom.staleness.closure import (
    REPORT,
    counted,
    distributions,
    external,
    import_graph,
    import_path,
    module_of,
    modules,
    source_path,
)
from texloom.staleness.code import Counted, code_digest, code_digests
from texloom.staleness.packages import ENGINE
from texloom.staleness.recording.hook import recording
from texloom.staleness.recording.reads import listing, path_state, recorded_path, shown
from texloom.staleness.recording.recorder import Recorder, unrecorded
from texloom.staleness.recording.unseen import reading_in_c, warn
from texloom.staleness.whole import where_now

RETURN_NOTHING = ("texloom.errors", "texloom.training.live", "texloom.training.progress")
"""Modules that no result depends on, because no stage gets a value from them: `make check` verifies this."""


@dataclass(frozen=True)
class MadeFrom:
    """Everything a result depends on; each entry by name, so that changes can be reported."""

    code: Mapping[str, str] = field(default_factory=dict)
    """Digest of the code of each module in the import closure, by import path."""
    data: Mapping[str, str] | None = field(default_factory=dict)
    """Digest of each file of the declared data; None if they are missing and cannot be compared."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Settings from the command line or report.toml."""
    products: Mapping[str, str] = field(default_factory=dict)
    """Seal of each result that it is made from."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of Python and of the libraries that the code imports."""
    loaded: Mapping[str, str] = field(default_factory=dict)
    """Versions of the other libraries that the stage loaded."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that change results, as far as they are set."""
    reads: Mapping[str, Any] = field(default_factory=dict)
    """What the stage actually read: `Reads`, as JSON."""

    def to_json(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> MadeFrom | None:
        """The inputs stored in the record of a result; None if it has none."""
        names = [each.name for each in fields(cls)]
        return cls(**{name: record[name] for name in names}) if all(name in record for name in names) else None


def code_of(roots: Iterable[str], alone: Mapping[str, Collection[str]] = {}) -> dict[str, str]:
    """Digests of the code in the import closure of `roots`, by import path.

    alone: modules that count without their imports; if functions are named, only those functions.
    """
    graph = import_graph()
    names = {name for root in roots for name in modules(root, graph, RETURN_NOTHING)}
    parts = {name: functions for name, functions in alone.items() if name not in names and source_path(name).exists()}
    all_of = {**dict.fromkeys(sorted(names), ()), **parts}
    which = counted(all_of, graph)
    return {import_path(name): code_digest(source_path(name), only, which) for name, only in all_of.items()}


def imported_versions(roots: Iterable[str]) -> dict[str, str]:
    """Versions of Python, numpy and the installed libraries that the code of `roots` imports."""
    graph, installed = import_graph(), distributions()
    packages = {name for root in roots for name in external(root, graph, RETURN_NOTHING)}
    libraries = {"numpy", *(library for package in packages for library in installed.get(package, []))}
    return {"python": platform.python_version()} | {name: str(version(name)) for name in sorted(libraries)}


@cache
def version(library: str) -> str | None:
    """The version of an installed library; None if it is not installed."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def seals(records: Iterable[Path]) -> dict[str, str]:
    """The seals of results, by path; "" for a missing one."""
    return {path.as_posix(): seal_of(where_now(path)) for path in records}


def with_current_inputs(made: MadeFrom, now: MadeFrom, digests: Digests) -> MadeFrom:
    """The inputs that a result would have if it were made from everything as it is now; now: its current key."""
    reads = dict(made.reads)
    reads.pop("unsettled", None)
    if "files" in reads:
        reads["files"] = {name: digests.of(recorded_path(name)) for name in reads["files"]}
    if "modules" in reads:
        now_there = {name: module_as_now(recorded_path(name), before) for name, before in reads["modules"].items()}
        reads["modules"] = {name: found for name, found in now_there.items() if found}
    if "folders" in reads:
        absent = {"names": None}
        reads["folders"] = {
            name: [{**each, **(listing(recorded_path(name), each["pattern"]) or absent)} for each in listings]
            for name, listings in reads["folders"].items()
        }
    if "looked" in reads:
        reads["looked"] = {name: path_state(recorded_path(name), before) for name, before in reads["looked"].items()}
    if "missing" in reads:
        reads["missing"] = [name for name in reads["missing"] if name not in distributions()]
    loaded = {name: found for name in made.loaded if name not in now.versions and (found := version(name))}
    return replace(now, loaded=loaded, reads=reads)


def module_as_now(path: Path, before: str) -> str | None:
    """The current digest of a module, prefixed like `before` by the parts that count; before: the recorded digest.

    None if the code no longer exists.
    """
    which = before.rpartition(":")[0]
    try:
        return f"{which}:{code_digest(path, counted=which)}" if which else code_digest(path)  # type: ignore[arg-type]
    except (SyntaxError, OSError):
        return None


class Recording:
    """The recording of a result while it is made: its key, fixed at the start, and the recorder of reads."""

    def __init__(self, key: MadeFrom, recorder: Recorder) -> None:
        self.key, self.recorder = key, recorder
        self._before, self._installed = set(sys.modules), _installed()

    def finish(self) -> MadeFrom:
        """The key, completed with everything that was read and loaded."""
        with unrecorded():
            os.chdir(self.recorder.root)  # the stage may have left another current folder
            reads = self.recorder.finish()
            reads.modules = self._modules_outside_the_graph()
            reads.unsettled.extend(self._edited_during_stage())
            loaded = self._loaded()
            reads.unsettled.extend(self._installed_during_stage(loaded))
            reads.unseen = sorted({*reads.unseen, *self._reading_in_c()})
            warn(reads.unseen)
        others = {name: found for name, found in sorted(loaded.items()) if name not in self.key.versions}
        return replace(self.key, loaded=others, reads=reads.to_json())

    def keep(self, path: Path) -> None:
        """Write the reads so far, for the process that continues if this stage is killed."""
        with unrecorded():
            write_sealed(path, deepcopy(self.recorder).finish().to_json())

    def _modules_outside_the_graph(self) -> dict[str, str]:
        """Modules of the project and of the user that were executed by any means and are not in the key."""
        found = []
        for file in sorted({*self._imported(), *self.recorder.imported}):
            path = shown(file, self.recorder.root)
            if path in self.key.code or path.startswith(".venv/") or self.recorder.is_no_input(file):
                continue
            if not recorded_path(path).is_file():  # inside an archive, which Python itself opens
                self._note_archive(recorded_path(path))
            elif file.endswith(".py"):
                found.append(path)
            else:
                self._note_file(recorded_path(path))
        which = self._counted(found) if found else "code"
        return {path: f"{which}:{code_digest(recorded_path(path), counted=which)}" for path in found}

    def _counted(self, paths: Collection[str]) -> Counted:
        """Which parts of these modules count; for those in the import graph, what the code of the report may read."""
        graph = import_graph()
        if any(module_of(path) not in graph.modules for path in paths):
            return "texts"
        return counted([module_of(path) for path in (*self.key.code, *paths) if path.startswith(REPORT)], graph)

    def _imported(self) -> Iterator[str]:
        """The files of the loaded modules; outside the project only those that the stage itself imported."""
        for name, module in sorted(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if not file or name == "__main__" or name.partition(".")[0] == ENGINE:
                continue
            elsewhere = shown(file, self.recorder.root).startswith(("/", "~"))
            if file.endswith((".py", *EXTENSION_SUFFIXES)) and (not elsewhere or name not in self._before):
                yield file

    def _note_file(self, path: Path) -> None:
        self.recorder.reads.files[shown(path, self.recorder.root)] = self.recorder.digests.of(path)

    def _note_archive(self, module: Path) -> None:
        for archive in filter(Path.is_file, module.parents):
            self._note_file(archive)

    def _edited_during_stage(self) -> Iterator[str]:
        """Modules of the report whose code differs from the key's: which version was imported is unknown."""
        own = [path for path in self.key.code if path.startswith(REPORT) and not path.endswith("__main__.py")]
        for path in own:
            if not Path(path).is_file() or self.key.code[path] not in code_digests(Path(path)):
                yield path

    def _installed_during_stage(self, loaded: Iterable[str]) -> Iterator[str]:
        """Loaded libraries of which another version was installed during the stage: which one was loaded is unknown."""
        changed = {_normal(name.partition("-")[0]) for name in self._installed ^ _installed()}
        yield from (library for library in loaded if _normal(library) in changed)

    def _reading_in_c(self) -> Iterator[str]:
        """Lines of the author's loaded modules that name a library which opens files in C."""
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None) or ""
            path = shown(file, self.recorder.root) if file.endswith(".py") else ""
            counts = path in self.key.code or path in self.recorder.reads.modules
            if counts and path not in self.recorder.declared_in:
                yield from (f"{path}:{line}: calls {name}" for line, name in reading_in_c(recorded_path(path)))

    def _loaded(self) -> dict[str, str]:
        """Versions of the libraries that the stage loaded, without those that only show its progress."""
        graph, installed = import_graph(), distributions()
        silent = {package for module in RETURN_NOTHING for package in external(module, graph)}
        names = {*sys.modules, *self.recorder.imports} - self._before  # a child may have loaded others
        packages = {name.partition(".")[0] for name in names} - silent
        libraries = sorted({library for package in packages for library in installed.get(package, [])} - {ENGINE})
        return {name: found for name in libraries if (found := version(name))}


def _installed() -> set[str]:
    """Name and version of each installed package, as in numpy-2.0.0.dist-info."""
    folders = (Path(folder) for folder in sys.path if Path(folder).name == "site-packages")
    return {path.name for folder in folders if folder.is_dir() for path in folder.glob("*.dist-info")}


def _normal(name: str) -> str:
    """A package's name without the differences of spelling that PEP 503 ignores."""
    return re.sub(r"[-_.]+", "-", name).lower()


@contextmanager
def making(
    key: MadeFrom, own: Iterable[Path] = (), *, build: Path | None = None, engine: bool = False
) -> Iterator[Recording]:
    """Record all reads while a result is made; see `Recorder`.

    A stage that fails because the result of another one is missing is made again after that: a build tries this at
    once, and the stage then exits without a message. Raises ReportError by hand, and if the build has tried it already.
    """
    started = Recording(key, Recorder(own, build=build, engine=engine))
    try:
        with recording(started.recorder):
            yield started
    except (FileNotFoundError, ReportError) as error:
        os.chdir(started.recorder.root)
        if needed := needs.missing_result(error):
            message = f"is not made yet, and {' '.join(sys.argv[1:3])} needs it"
            if needs.remember(sys.argv[1:], needed) and MARK in os.environ:
                record_error(f"{needed.parent}: {message}")
                sys.exit(2)
            raise ReportError(needed.parent, message, "make all makes it first") from None
        raise
