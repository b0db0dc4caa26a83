"""The paths of all files in the folder of a build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from texloom.errors import ReportError
from texloom.results.sealed import read_sealed

Document = Literal["report", "theory"]
"""The report, or only the written answers."""
DOCUMENTS: tuple[Document, ...] = ("report", "theory")

DEFAULT_FOLDER = "build"
"""The default folder of results; profiles and command lines may name others."""
RUN_RECORD = "run.json"
"""The record of a run, in its folder."""
RUN_FILES = ("metrics.json", "arrays.npz", "history.csv", "architecture.json", "weights.npz")
"""The other files of a run, beside its record."""
KEPT = ".kept.npz"
"""The suffix of the file with the arrays of an unfinished run that were computed after its training."""
RECORD = ".json"
"""The suffix of the sealed record beside a generated notebook."""
FIGURE_INDEX = "index.json"
"""The index of an experiment's figures, beside them."""

THEORY = "theory"
"""Takes the place of an experiment's name for the figures of the written answers."""


@dataclass(frozen=True)
class BuildFolder:
    """The folder of a build; all paths below it are defined here, except those in `programs/places.py`."""

    folder: Path

    # ---------------------------------------------------------------- trainings

    @property
    def all_runs(self) -> Path:
        """The folder of all runs."""
        return self.folder / "runs"

    def run(self, experiment: str, seed: int) -> Path:
        """The folder of a run."""
        return self.all_runs / experiment / f"seed-{seed}"

    def run_record(self, experiment: str, seed: int) -> Path:
        """The record of a run, which exists if the run is complete."""
        return self.run(experiment, seed) / RUN_RECORD

    def run_records(self) -> list[Path]:
        """The records of all finished runs, including those of an earlier manifest."""
        return sorted(self.all_runs.glob(f"*/*/{RUN_RECORD}"))

    def checkpoint(self, experiment: str, seed: int) -> Path:
        """The state of a training that has not finished."""
        return self.folder / "checkpoints" / experiment / f"seed-{seed}.npz"

    def states(self, experiment: str, seed: int) -> list[Path]:
        """The files that a training writes besides its run, to resume and for the live view."""
        state = self.checkpoint(experiment, seed)
        return [state, state.with_suffix(KEPT), self.kept_reads(experiment, seed), self.live_view(experiment, seed)]

    def kept_reads(self, experiment: str, seed: int) -> Path:
        """The recorded reads of an unfinished training, beside its state."""
        return self.checkpoint(experiment, seed).with_suffix(".json")

    @property
    def live_views(self) -> Path:
        """The folder of event files for TensorBoard."""
        return self.folder / "tensorboard"

    def live_view(self, experiment: str, seed: int) -> Path:
        """The folder of one training's event files."""
        return self.live_views / experiment / f"seed-{seed}"

    # ---------------------------------------------------------------- figures and notebooks

    @property
    def checks(self) -> Path:
        """The results of the checks of the written answers."""
        return self.folder / "checks.json"

    @property
    def all_figures(self) -> Path:
        """The folder of all figures."""
        return self.folder / "figures"

    def figures(self, experiment: str) -> Path:
        """The folder of an experiment's figures, or of THEORY's."""
        return self.all_figures / experiment

    def figure_index(self, experiment: str) -> Path:
        """The index of an experiment's figures, with its tables."""
        return self.figures(experiment) / FIGURE_INDEX

    def figure_indexes(self) -> list[Path]:
        """The existing indexes of figures."""
        return sorted(self.all_figures.glob(f"*/{FIGURE_INDEX}"))

    def animations(self) -> dict[Path, Path]:
        """The path of each animation, and the path beside the document where it is published."""
        drawn = [path for index in self.figure_indexes() for path in indexed_files(index) if path.suffix == ".gif"]
        return {path: self.folder / f"{path.parent.name}_{path.name}" for path in drawn}

    def tangled(self, experiment: str) -> Path:
        """A notebook as it was generated."""
        return self.folder / "tangled" / f"{experiment}.ipynb"

    def tangled_record(self, experiment: str) -> Path:
        """The record of a notebook's inputs, beside it."""
        return self.tangled(experiment).with_suffix(RECORD)

    @property
    def notebooks(self) -> Path:
        """The folder of the published notebooks."""
        return self.folder / "notebooks"

    def notebook(self, experiment: str) -> Path:
        """The published notebook, which users may edit."""
        return self.notebooks / f"{experiment}.ipynb"

    def published_notebooks(self) -> dict[Path, Path]:
        """The path of each generated notebook, and the path where it is published."""
        made = [record.with_suffix(".ipynb") for record in sorted(self.folder.glob(f"tangled/*{RECORD}"))]
        return {path: self.notebook(path.stem) for path in made if path.exists()}

    # ---------------------------------------------------------------- documents

    def sources(self, document: Document) -> Path:
        """The folder of a document's LaTeX sources and of LaTeX's output."""
        return self.folder / {"report": "tex", "theory": "theory"}[document]

    def made(self, document: Document) -> Path:
        """The document as LaTeX writes it, beside its sources."""
        return self.sources(document) / "report.pdf"

    def made_from(self, document: Document) -> Path:
        """The record of a document's inputs, beside its sources."""
        return self.sources(document) / "made-from.json"

    def public(self, document: Document) -> Path:
        """The published document."""
        return self.folder / f"{document}.pdf"

    @property
    def summary(self) -> Path:
        """The summary of the report: metrics, claims, figures."""
        return self.sources("report") / "summary.json"

    @property
    def history(self) -> Path:
        """The folder of the summaries of earlier builds."""
        return self.folder / "history"

    def summary_of(self, commit: str) -> Path:
        """The summary of the report of a commit."""
        return self.history / f"{commit}.json"

    @property
    def draft(self) -> Path:
        """The draft for the author, with broken claims in red."""
        return self.folder / "report.draft.pdf"

    @property
    def draft_sources(self) -> Path:
        """The folder of the draft's LaTeX sources."""
        return self.folder / "draft"

    @property
    def costs(self) -> Path:
        """The time and the processor of each training; not in the document, which must not depend on them."""
        return self.folder / "costs.json"

    @property
    def whole(self) -> Path:
        """The duration of the last build that trained everything."""
        return self.folder / "whole.json"

    @property
    def bundle(self) -> Path:
        """The zip file of the report."""
        return self.folder / "report.zip"

    # ---------------------------------------------------------------- timings

    @property
    def bench(self) -> Path:
        """The folder of the benchmarks' measurements and of the LaTeX sources of their page."""
        return self.folder / "bench"

    @property
    def bench_measured(self) -> Path:
        """The results that pytest-benchmark stores."""
        return self.bench / "measured.json"

    @property
    def bench_table(self) -> Path:
        return self.folder / "bench.json"

    @property
    def bench_page(self) -> Path:
        return self.folder / "bench.pdf"

    # ---------------------------------------------------------------- all paths

    def written_again(self) -> Iterator[Path]:
        """Existing folders and files that a build may have to write to again."""
        yield self.folder
        for folder in (self.all_runs, self.all_figures, self.history, self.folder / "tangled"):
            yield folder
            yield from sorted(path for path in (*folder.glob("*"), *folder.glob("*/seed-*")) if path.is_dir())
        yield from (*self.run_records(), *self.figure_indexes(), self.checks, *self.published_notebooks())
        for document in DOCUMENTS:
            yield from (self.sources(document), self.made(document))


def partial_of(path: Path) -> Path:
    """The temporary path to which a file is written before it is moved to its final one."""
    return path.with_name(f"{path.name}.partial")


def indexed_files(index: Path) -> list[Path]:
    """The files that an index of figures lists; none if the index is missing or damaged."""
    try:
        named = [PurePosixPath(name) for name in read_sealed(index)["files"]]
    except (OSError, KeyError, TypeError, ReportError):
        return []
    return [index.parent / name for name in named if not name.is_absolute() and ".." not in name.parts]
