"""The inputs of a finished document, which `stamps` compares with the current files.

These are all inputs named in the records of its results: files that were read or looked for in vain, listings,
modules, and the results themselves.
"""

from __future__ import annotations

import json
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from texloom.data.digests import Digests, State, best_effort, signature, state
from texloom.data.paths import entries, own_path
from texloom.data.sums import FOLDER, SUMS, read_sums
from texloom.machine.records import RECORDS
from texloom.results.places import BuildFolder, Document
from texloom.results.sealed import is_intact, read_sealed
from texloom.staleness import environment
from texloom.staleness.packages import ENGINE, package_folder
from texloom.staleness.recording.reads import listing, recorded_path

EDITED = ("report.toml", "requirements.lock", "theory/**/*", "templates/**/*", "experiments/**/*.py")
"""Files that an author may edit, besides those named in records."""
EDITED_DURING_BUILD = ""
"""In place of a digest: the file was edited while the document was made."""


@dataclass(frozen=True)
class Watched:
    """The inputs of a finished document."""

    folder: str
    files: dict[str, tuple[list[int], str | None]] = field(default_factory=dict)
    """Signature and sha256 of each file; None for a file that was looked for in vain."""
    folders: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Listings of folders."""
    looked: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Paths that were examined without being opened."""
    rendered: list[str] = field(default_factory=list)
    """Files that only the document itself reads: their changes require rendering and compiling only."""
    environment: dict[str, str] = field(default_factory=dict)
    commits: list[int] = field(default_factory=list)

    @property
    def build(self) -> BuildFolder:
        return BuildFolder(Path(self.folder))

    @classmethod
    def load(cls, document: Document, profile: str) -> Self | None:
        """The stored inputs of a document; None if it was never finished here, or if the record is damaged."""
        try:
            watched = cls(**json.loads(_record(document, profile).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return watched if isinstance(watched.files, dict) else None

    def write(self, document: Document, profile: str) -> None:
        path = _record(document, profile)
        partial = path.with_suffix(".partial")
        with best_effort(partial):
            path.parent.mkdir(exist_ok=True)
            partial.write_text(json.dumps(vars(self)), encoding="utf-8")
            partial.replace(path)


Sources = Mapping[str, State | list[int] | None]
"""The state of each file or folder, which changes when it is written to."""


def sources() -> Sources:
    """The current state of inputs whose content no record stores.

    These are the files that an author edits, the engine's modules, and the metadata of installed packages.
    """
    paths = {*files_matching(EDITED), *files_matching(["**/*.py"], package_folder(ENGINE)), *_packages()}
    return {path.as_posix(): _as_source(path) for path in sorted(paths)}


def _as_source(path: Path) -> State | list[int] | None:
    return _of_folder(path)[0] if path.is_dir() else state(path)


def files_matching(patterns: Iterable[str], root: Path = Path()) -> Iterator[Path]:
    """The files that match, without hidden ones, which editors create."""
    for path in (path for pattern in patterns for path in root.glob(pattern)):
        if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts:
            yield path


def record(
    document: Document,
    profile: str,
    build: BuildFolder,
    results: Iterable[Path],
    before: Sources,
) -> list[str]:
    """Store the inputs of a document that has just been finished; return the files that were edited during the build.

    results: the records of all its results. before: `sources()` at the start of the build, so that the next build
    notices edits made during this one.
    """
    digests, own = Digests(), build.made_from(document)
    intact = {path: read_sealed(path) for path in (*results, own) if is_intact(path)}
    read_by = {path: content for path, content in intact.items() if {"code", "reads"} <= content.keys()}
    watched = Watched(build.folder.as_posix(), environment=current_environment(), commits=commits())
    for path, content in read_by.items():
        _watch_record(watched, path, content, digests)
    of_then = [*_code(read_by.values()), "report.toml", *(path.as_posix() for path in _packages())]
    for name in of_then:
        watch(watched, name, digests)
    used = {name: digest for content in read_by.values() for name, digest in (content.get("data") or {}).items()}
    for name, path in _data(watched):
        _watch_data(watched, name, path, used, digests)
    made = [build.made(document), build.public(document)]
    if document == "report":
        made += [build.costs, build.summary, *build.animations().values(), *history(build)]
    for path in made:
        watch(watched, path.as_posix(), digests)
    for name in watched.files.keys() & {*of_then, *before}:
        if before.get(name) != _as_source(Path(name)):
            _invalidate(watched, name)
    others = {name for path, content in read_by.items() if path != own for name in content["reads"].get("files", ())}
    rendered = {name for name in read_by.get(own, {"reads": {}})["reads"].get("files", ()) if not name.endswith(".py")}
    watched.rendered.extend(sorted(rendered - others))
    watched.write(document, profile)
    return sorted(name for name, (_, digest) in watched.files.items() if digest == EDITED_DURING_BUILD)


def _watch_record(watched: Watched, path: Path, content: Mapping[str, Any], digests: Digests) -> None:
    """Watch the record of a result, the files beside it, and what it read, as it was then."""
    from texloom.staleness.made_from import module_as_now  # here: the quick check does not need the import graph

    watch(watched, path.as_posix(), digests)
    beside = {(path.parent / name).as_posix(): digest for name, digest in content.get("files", {}).items()}
    reads = content["reads"]
    for name, digest in (beside | reads.get("files", {})).items():
        found = signature(recorded_path(name))
        same = found is not None and digests.of(recorded_path(name)) == digest
        watched.files[name] = (settled(recorded_path(name), digests) if same else [], digest)
    for name, code in reads.get("modules", {}).items():
        watch(watched, name, digests)
        if module_as_now(recorded_path(name), code) != code:  # after taking the digest, which is of this content
            _invalidate(watched, name)
    for name in reads.get("unsettled", ()):
        _invalidate(watched, name)
    for name, found in reads.get("looked", {}).items():
        watched.looked[name] = watched.looked.get(name, {}) | found
    for name, listings in reads.get("folders", {}).items():
        watched.folders.setdefault(name, []).extend(listings)


def watch(watched: Watched, name: str, digests: Digests) -> None:
    """Watch a file or folder as it is now, unless it is watched already."""
    path = recorded_path(name)
    if name not in watched.files:
        watched.files[name] = (settled(path, digests), digests.of(path)) if path.is_file() else _of_folder(path)


def _watch_data(watched: Watched, name: str, path: Path, used: Mapping[str, str], digests: Digests) -> None:
    """Watch a file of declared data; used: the digests that results were made from, by "<data set>/<file>"."""
    watch(watched, path.as_posix(), digests)
    folder, fetched = name.partition("/")[0], path.parent.parent == FOLDER
    of_set = {each: digest for each, digest in used.items() if each.startswith(f"{folder}/")}
    if fetched and path.name == SUMS:
        same = {f"{folder}/{file}": digest for file, digest in read_sums(path.parent).items()} == of_set
    elif fetched and name not in of_set:  # not in the data set's sums either, so it is a user's file
        same = True
    else:
        same = watched.files[path.as_posix()][1] == of_set.get(name)
    if of_set and not same:
        _invalidate(watched, path.as_posix())


def _invalidate(watched: Watched, name: str) -> None:
    """Make the next build check a file: it is unknown whether results were made from its content."""
    watched.files[name] = ([], EDITED_DURING_BUILD)


def _of_folder(path: Path) -> tuple[list[int], str | None]:
    """The modification time of a folder of packages, which changes with every installation; empty if it is missing."""
    return ([path.stat().st_mtime_ns], "folder") if path.is_dir() else ([], None)


def settled(path: Path, digests: Digests) -> list[int]:
    """The signature of a file; empty if it was written a moment ago, so that it is read again the next time."""
    digests.of(path)
    known = digests.known.get(str(path))
    return list(known[0]) if known else []


def _data(watched: Watched) -> Iterator[tuple[str, Path]]:
    """The files of declared data, by "<data set>/<file>"; folders of own data are watched for new files, too."""
    yield from ((path.relative_to(FOLDER).as_posix(), path) for path in FOLDER.glob("*/*") if path.is_file())
    for data_set, entry in entries().items():
        if (own := own_path(entry)) is None:
            continue
        for path in (own, *own.rglob("*")):
            below = path.relative_to(own) if path != own else Path(path.name)
            if path.is_file() and (path == own or not any(part.startswith(".") for part in below.parts)):
                yield f"{data_set}/{below.as_posix()}", path
            elif found := listing(path, "*"):
                watched.folders.setdefault(path.as_posix(), []).append(found)


def commits() -> list[int]:
    """The signature of the list of commits; empty if there is none."""
    return list(signature(_commits_file()) or ())


def _commits_file() -> Path:
    """The log file that grows with each commit.

    The report may be a folder of a larger repository, and .git may be a file that names the git folder, as in a
    worktree.
    """
    git = next((found for folder in (Path(), *Path.cwd().parents) if (found := folder / ".git").exists()), Path(".git"))
    if git.is_file():
        git = git.parent / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
    return git / "logs" / "HEAD"


def history(build: BuildFolder) -> list[Path]:
    """The summaries of earlier builds; watched, so that a damaged one of this commit is stored again."""
    return sorted(build.history.glob("*.json"))


def _code(records: Iterable[Mapping[str, Any]]) -> set[str]:
    """The files of the modules that results depend on, and of missing modules that would count if they existed."""
    engine = package_folder(ENGINE).parent
    found = {name for content in records for name in content["code"]}
    own = {name for name in found if not name.startswith(f"{ENGINE}/")}
    return own | {(engine / name).as_posix() for name in found - own} | set(_absent_modules())


def _absent_modules() -> Iterator[str]:
    """Modules that count as soon as they exist: checks beside a fragment, another stage of an experiment."""
    from texloom import manifest

    report = manifest.load()
    for fragment in report.fragments:
        yield from (f"theory/{fragment}.py", f"theory/{fragment}/__init__.py")
    for experiment in report.experiments:
        yield from (f"experiments/{experiment}/{stage}.py" for stage in manifest.STAGES)


def current_environment() -> dict[str, str]:
    """The variables that count for stages and typesetting."""
    return environment.of_stages() | environment.of_typesetting()


def _packages() -> Iterator[Path]:
    """The folders of installed packages, to which others may be added, and the metadata files with their versions."""
    for folder in sorted({Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}):
        yield folder
        yield from (*folder.glob("*.dist-info/METADATA"), *folder.glob("*.egg-info/PKG-INFO"))


def _record(document: Document, profile: str) -> Path:
    return RECORDS / f"built-{document}-{profile}.json"
