"""The files that the engine has written: those named in its records, or whose names follow from the manifest.

All other files belong to the user, wherever they are. Imports only the standard library, because `make clean` runs
without .venv.
"""

from __future__ import annotations

import json
import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from texloom.errors import ReportError
from texloom.results.places import (
    DOCUMENTS,
    KEPT,
    RECORD,
    RUN_FILES,
    RUN_RECORD,
    THEORY,
    BuildFolder,
    indexed_files,
    partial_of,
)
from texloom.results.sealed import is_pipe, read_sealed

SOUGHT = "report.sought"
"""A list of paths, relative to the project, where a file would take precedence over one that LaTeX read."""
LATEX = (
    *(f"report.{kind}" for kind in ("aux", "bbl", "blg", "fdb_latexmk", "fls", "log", "out", "pdf", "toc")),
    SOUGHT,
)
"""The files that every run of latexmk, pdfLaTeX and BibTeX writes; LaTeX's recorder names any others."""
LATEX_SEAL = "sealed.json"
"""sha256 of each file of the last successful run of LaTeX, by name; has no digests during a run."""
SOURCE_MAP = "source-map.json"
SOURCES = ("report.tex", "appendix.tex", "checks.tex", "summary.json", SOURCE_MAP)
"""The sources of every report; the source map names the others."""
ROOM = "room.partial"
"""A file that is written and removed at once to test whether the disk is full."""
COMMIT = re.compile(r"[0-9a-f]{40}\.json\.partial")
EVENTS = re.compile(r"events\.out\.tfevents\.\d{19}")
"""The names of the live view's files, with the time in ns."""
HALF = re.compile(rf"digests\.json\.\d+\.partial|built-({'|'.join(DOCUMENTS)})-.+\.partial|added-.+\.partial")
LOG = re.compile(r"\d{4}-\d\d-\d\dT\d{6}(\.\d+)?\.snakemake\.log")

Experiments = Mapping[str, Collection[int]]
"""The seeds of each experiment of the manifest."""


# ---------------------------------------------------------------- LaTeX


def latex_files(folder: Path) -> list[Path]:
    """The existing files that LaTeX, BibTeX and latexmk wrote into a folder."""
    names = {*LATEX, *_contents(folder / LATEX_SEAL), *_outputs(folder)}
    there = (folder / name for name in names if _is_below(name))
    return sorted(path for path in there if path.is_file() or is_pipe(path))


def _outputs(folder: Path) -> Iterator[str]:
    """The names of the output files in the record of LaTeX's recorder."""
    record = folder / "report.fls"
    text = record.read_text(encoding="utf-8", errors="replace") if record.is_file() else ""
    for line in text.splitlines():
        if line.startswith("OUTPUT ") and "\0" not in line:
            path = Path(os.path.normpath(line.removeprefix("OUTPUT ")))
            if path.is_relative_to(folder):
                yield path.relative_to(folder).as_posix()


def rendered_files(folder: Path) -> set[Path]:
    """The sources that the last rendering wrote into a folder, by its source map; none if that is damaged."""
    if is_pipe(folder / SOURCE_MAP):
        return set()
    try:
        written = map(Path, json.loads((folder / SOURCE_MAP).read_text(encoding="utf-8")))
        return {path for path in written if path.is_relative_to(folder) and ".." not in path.parts}
    except (OSError, ValueError, TypeError):  # none yet, or damaged
        return set()


def document_files(folder: Path, experiments: Collection[str]) -> Iterator[Path]:
    """All files written for a document: sources, records, and LaTeX's output."""
    yield from latex_files(folder)
    yield from rendered_files(folder)
    names = (*SOURCES, *(f"sections/{name}.tex" for name in experiments), LATEX_SEAL, "made-from.json")
    yield from (folder / name for name in names)
    yield from _unfinished_records(folder)


def _unfinished_records(folder: Path) -> Iterator[Path]:
    yield from (partial_of(folder / LATEX_SEAL), partial_of(folder / "made-from.json"), folder / ROOM)


# ---------------------------------------------------------------- a build


@dataclass(frozen=True)
class Written:
    """The files of a build that the engine writes. Some may not exist; a folder of the user may have the same path."""

    build: BuildFolder
    experiments: Experiments

    def runs(self) -> list[tuple[str, int]]:
        """Experiments and seeds: those of the manifest, and those whose sealed record is in its place."""
        known = {(name, seed) for name, seeds in self.experiments.items() for seed in seeds}
        for record in self.build.run_records():
            content = _contents(record)
            which = (content.get("experiment"), content.get("seed"))
            if isinstance(which[0], str) and isinstance(which[1], int) and self.build.run_record(*which) == record:  # type: ignore[arg-type]
                known.add(which)  # type: ignore[arg-type]
        return sorted(known)

    def notebooks(self) -> list[str]:
        """The experiments of the manifest, and those with a record of their notebook."""
        found = {record.stem for record in self.build.tangled("*").parent.glob(f"*{RECORD}") if _contents(record)}
        return sorted({*self.experiments, *found})

    def results(self) -> Iterator[Path]:
        """All results except the history, which cannot be recreated, and edited notebooks."""
        build = self.build
        for experiment, seed in self.runs():
            yield from run_files(build.run(experiment, seed))
            state = build.checkpoint(experiment, seed)
            yield from (state, state.with_suffix(KEPT), build.kept_reads(experiment, seed))
            view = build.live_view(experiment, seed)
            yield from (path for path in sorted(view.glob("*")) if EVENTS.fullmatch(path.name))
        yield from build.animations().values()
        for index in build.figure_indexes():
            yield from indexed_files(index)
        yield from (build.figure_index(name) for name in (*self.experiments, THEORY))
        yield from (index for index in build.figure_indexes() if _contents(index))
        yield from self._notebooks()
        folders = (*map(build.sources, DOCUMENTS), build.draft_sources, build.bench)
        for folder in folders:
            yield from document_files(folder, self.experiments)
        yield from (build.bench_measured, build.checks, build.draft, build.costs, build.whole, build.bundle)
        yield from (build.bench_table, build.bench_page, *map(build.public, DOCUMENTS))
        yield from self.unfinished()

    def _notebooks(self) -> Iterator[Path]:
        for name in self.notebooks():
            made, public = self.build.tangled(name), self.build.notebook(name)
            if made.is_file() and public.is_file() and made.read_bytes() == public.read_bytes():
                yield public
            yield from (made, made.with_suffix(RECORD), made.with_suffix(".failed.ipynb"))

    def unfinished(self) -> Iterator[Path]:
        """The partial files that killed commands leave: files are written beside their final path, then moved."""
        build = self.build
        for experiment, seed in self.runs():
            folder = build.run(experiment, seed)
            yield from run_files(folder.with_name(f"{folder.name}.partial"))
            if (folder / RUN_RECORD).exists():  # otherwise it is the previous run, which will be moved back
                yield from run_files(folder.with_name(f"{folder.name}.replaced"))
            state, reads = build.checkpoint(experiment, seed), build.kept_reads(experiment, seed)
            yield from (state.with_suffix(".partial"), state.with_suffix(KEPT).with_suffix(".partial"))
            yield partial_of(reads)
            yield partial_of(folder / RUN_RECORD)
        for name in (*self.experiments, THEORY):
            yield partial_of(build.figure_index(name))
        for name in self.notebooks():
            made = build.tangled(name)
            yield from (made.with_suffix(".partial"), partial_of(made.with_suffix(RECORD)))
            yield partial_of(build.notebook(name))
        for folder in (*map(build.sources, DOCUMENTS), build.draft_sources, build.bench):
            yield from _unfinished_records(folder)
        public = (*map(build.public, DOCUMENTS), build.draft, build.bundle, build.bench_page, build.bench_table)
        yield from map(partial_of, (*public, build.checks, build.costs, build.whole, *build.animations().values()))
        yield from (path for path in sorted(build.history.glob("*.partial")) if COMMIT.fullmatch(path.name))


def run_files(folder: Path) -> Iterator[Path]:
    """The files of a run in its folder, including those that an earlier engine wrote, by the run's record."""
    named = [name for name in _contents(folder / RUN_RECORD).get("files", ()) if _is_below(name)]
    yield from (folder / name for name in dict.fromkeys((*RUN_FILES, *named, RUN_RECORD)))
    yield partial_of(folder / RUN_RECORD)


# ---------------------------------------------------------------- the workflow's own folder


def workflow_files(folder: Path, profiles: Collection[str], results: Collection[str]) -> Iterator[Path]:
    """The files of the engine and Snakemake in Snakemake's folder; results: the folders of Snakemake's outputs."""
    yield from (folder / name for name in ("builder", "told", "digests.json"))
    yield from (folder / f"built-{document}-{name}.json" for document in DOCUMENTS for name in profiles)
    yield from unfinished_workflow_files(folder)
    yield from (path for path in sorted(folder.glob("log/*")) if LOG.fullmatch(path.name))
    for marks in ("metadata", "incomplete"):
        yield from workflow_marks(folder / marks, results)


def unfinished_workflow_files(folder: Path) -> Iterator[Path]:
    """The partial files that a killed command may have left in Snakemake's folder."""
    yield from (path for path in sorted(folder.glob("*.partial")) if HALF.fullmatch(path.name))
    yield folder / ROOM


def workflow_marks(folder: Path, results: Collection[str]) -> Iterator[Path]:
    """Snakemake's files about single outputs, named by the output's path in base 64, split if it is long."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            coded = "".join(part.removeprefix("@") for part in path.relative_to(folder).parts)
            try:
                named = Path(urlsafe_b64decode(coded).decode())
            except ValueError:
                continue
            if any(named.is_relative_to(result) for result in results):
                yield path


# ---------------------------------------------------------------- removing them


def remove(paths: Iterable[Path], top: Path = Path()) -> None:
    """Remove existing files, and their parent folders that become empty, up to `top`.

    A folder in place of a file belongs to the user and is kept; so are the targets of links.
    """
    for path in [path for path in paths if os.path.lexists(path)]:
        if path.is_dir() and not path.is_symlink():
            continue
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder in (Path(), top.parent) or folder.is_symlink():
                break
            try:
                folder.rmdir()
            except OSError:  # not empty
                break


def remove_whole(path: Path, last: str = "") -> None:
    """Remove a file or a folder with all its contents; an entry named `last` is removed last."""
    if path.is_dir() and not path.is_symlink():
        for each in sorted(path.iterdir(), key=lambda each: each.name == last):
            remove_whole(each, last)
        path.rmdir()
    else:
        path.unlink()


def finish_replacing(folder: Path) -> None:
    """Finish an interrupted replacement of a run, whose previous version may be in `<folder>.replaced`.

    That version is moved back if there is no new run. Otherwise its files are removed, and the user's own files in it
    are moved to the new run.
    """
    replaced = folder.with_name(f"{folder.name}.replaced")
    if not replaced.is_dir():
        return
    if not folder.exists():
        replaced.rename(folder)
        return
    remove(run_files(replaced), replaced)
    for path in sorted(replaced.glob("*")):
        if not (folder / path.name).exists():
            path.rename(folder / path.name)
    with suppress(OSError):  # removed already, or a file of the user has the same name in both
        replaced.rmdir()


def _contents(record: Path) -> dict:
    """The content of a sealed record; empty if it is missing or damaged."""
    try:
        return read_sealed(record)
    except (OSError, ReportError):
        return {}


def _is_below(name: str) -> bool:
    """Whether a relative name stays below its folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
