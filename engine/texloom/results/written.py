"""Which files the engine has written: those that its records name, or whose names the manifest determines.

Any other file is a user's own, wherever it lies. Needs the standard library alone, because `make clean` runs without
.venv.
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
"""Where a file would have been found before the one that LaTeX took; seen from the project."""
LATEX = (
    *(f"report.{kind}" for kind in ("aux", "bbl", "blg", "fdb_latexmk", "fls", "log", "out", "pdf", "toc")),
    SOUGHT,
)
"""What every run of latexmk, pdfLaTeX and BibTeX leaves; LaTeX's recorder names what else a document asks for."""
LATEX_SEAL = "sealed.json"
"""sha256 of each file that the last good run of LaTeX left, by name; without digests while one runs."""
SOURCE_MAP = "source-map.json"
SOURCES = ("report.tex", "appendix.tex", "checks.tex", "summary.json", SOURCE_MAP)
"""The sources that every report has; the source map names the others."""
ROOM = "room.partial"
"""Written, and removed at once, to see whether a disk is full."""
COMMIT = re.compile(r"[0-9a-f]{40}\.json\.partial")
EVENTS = re.compile(r"events\.out\.tfevents\.\d{19}")
"""What the live view calls its files: by the time in ns."""
HALF = re.compile(rf"digests\.json\.\d+\.partial|built-({'|'.join(DOCUMENTS)})-.+\.partial|added-.+\.partial")
LOG = re.compile(r"\d{4}-\d\d-\d\dT\d{6}(\.\d+)?\.snakemake\.log")

Experiments = Mapping[str, Collection[int]]
"""The seeds of each experiment of the manifest."""


# ---------------------------------------------------------------- LaTeX


def latex_files(folder: Path) -> list[Path]:
    """What LaTeX, BibTeX and latexmk have written into a folder and is there."""
    names = {*LATEX, *_contents(folder / LATEX_SEAL), *_outputs(folder)}
    there = (folder / name for name in names if _is_below(name))
    return sorted(path for path in there if path.is_file() or is_pipe(path))


def _outputs(folder: Path) -> Iterator[str]:
    """The names of the files that LaTeX says to have written, by its recorder."""
    record = folder / "report.fls"
    text = record.read_text(encoding="utf-8", errors="replace") if record.is_file() else ""
    for line in text.splitlines():
        if line.startswith("OUTPUT ") and "\0" not in line:
            path = Path(os.path.normpath(line.removeprefix("OUTPUT ")))
            if path.is_relative_to(folder):
                yield path.relative_to(folder).as_posix()


def rendered_files(folder: Path) -> set[Path]:
    """The sources that the last rendering wrote into a folder, by its source map; none where that is damaged."""
    if is_pipe(folder / SOURCE_MAP):
        return set()
    try:
        written = map(Path, json.loads((folder / SOURCE_MAP).read_text(encoding="utf-8")))
        return {path for path in written if path.is_relative_to(folder) and ".." not in path.parts}
    except (OSError, ValueError, TypeError):  # none yet, or damaged
        return set()


def document_files(folder: Path, experiments: Collection[str]) -> Iterator[Path]:
    """All that is written to make a document: sources, records, and what LaTeX makes of them."""
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
    """The files of a build that the engine writes; whether each is there, or a folder of a user's lies in its place,
    is not looked at.
    """

    build: BuildFolder
    experiments: Experiments

    def runs(self) -> list[tuple[str, int]]:
        """Experiments and seeds: those of the manifest, and those whose sealed record lies in its place."""
        known = {(name, seed) for name, seeds in self.experiments.items() for seed in seeds}
        for record in self.build.run_records():
            content = _contents(record)
            which = (content.get("experiment"), content.get("seed"))
            if isinstance(which[0], str) and isinstance(which[1], int) and self.build.run_record(*which) == record:  # type: ignore[arg-type]
                known.add(which)  # type: ignore[arg-type]
        return sorted(known)

    def notebooks(self) -> list[str]:
        """The experiments of the manifest, and those of whose notebooks there is a record."""
        found = {record.stem for record in self.build.tangled("*").parent.glob(f"*{RECORD}") if _contents(record)}
        return sorted({*self.experiments, *found})

    def results(self) -> Iterator[Path]:
        """All but the history, which cannot be made again, and notebooks that were edited."""
        build = self.build
        for experiment, seed in self.runs():
            yield from run_files(build.run(experiment, seed))
            yield from (build.checkpoint(experiment, seed), build.kept_reads(experiment, seed))
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
        """What killed commands leave of files that are written beside their place, then moved there."""
        build = self.build
        for experiment, seed in self.runs():
            folder = build.run(experiment, seed)
            yield from run_files(folder.with_name(f"{folder.name}.partial"))
            if (folder / RUN_RECORD).exists():  # or else the run before lies there, which is moved back
                yield from run_files(folder.with_name(f"{folder.name}.replaced"))
            state, reads = build.checkpoint(experiment, seed), build.kept_reads(experiment, seed)
            yield from (state.with_suffix(".partial"), partial_of(reads))
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
    """What a training writes into the folder of its run, and what an earlier engine wrote by the run's record."""
    named = [name for name in _contents(folder / RUN_RECORD).get("files", ()) if _is_below(name)]
    yield from (folder / name for name in dict.fromkeys((*RUN_FILES, *named, RUN_RECORD)))
    yield partial_of(folder / RUN_RECORD)


# ---------------------------------------------------------------- the workflow's own folder


def workflow_files(folder: Path, profiles: Collection[str], results: Collection[str]) -> Iterator[Path]:
    """What the engine and Snakemake write into Snakemake's folder; results: the folders of what Snakemake makes."""
    yield from (folder / name for name in ("builder", "told", "digests.json"))
    yield from (folder / f"built-{document}-{name}.json" for document in DOCUMENTS for name in profiles)
    yield from unfinished_workflow_files(folder)
    yield from (path for path in sorted(folder.glob("log/*")) if LOG.fullmatch(path.name))
    for marks in ("metadata", "incomplete"):
        yield from workflow_marks(folder / marks, results)


def unfinished_workflow_files(folder: Path) -> Iterator[Path]:
    """Those of them that a killed command may have left half written."""
    yield from (path for path in sorted(folder.glob("*.partial")) if HALF.fullmatch(path.name))
    yield folder / ROOM


def workflow_marks(folder: Path, results: Collection[str]) -> Iterator[Path]:
    """Snakemake's files that are called by what they are about: its name in base 64, in pieces where it is long."""
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
    """Remove files that are there, and the folders around them that become empty, up to `top`.

    A folder in a file's place is a user's own and stays; so does whatever a link leads to.
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
    """Remove a file, or a folder with all that is in it, what is called `last` at the end, whatever happens before."""
    if path.is_dir() and not path.is_symlink():
        for each in sorted(path.iterdir(), key=lambda each: each.name == last):
            remove_whole(each, last)
        path.rmdir()
    else:
        path.unlink()


def finish_replacing(folder: Path) -> None:
    """End what a writing of a run has begun with the run before it, which may lie in `<folder>.replaced`.

    It is moved back where there is no other; else its files are removed, and those of others go to the new run's.
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
    with suppress(OSError):  # removed already, or a name is taken in both
        replaced.rmdir()


def _contents(record: Path) -> dict:
    """What a sealed record says; nothing where there is none, or a damaged one."""
    try:
        return read_sealed(record)
    except (OSError, ReportError):
        return {}


def _is_below(name: str) -> bool:
    """Whether a name leads to a file below the folder that it belongs to."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
