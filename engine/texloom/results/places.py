"""Where everything lies in the folder of a build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from texloom.errors import ReportError
from texloom.results.sealed import read_sealed

Document = Literal["report", "theory"]
"""The report, and the written answers alone."""
DOCUMENTS: tuple[Document, ...] = ("report", "theory")

DEFAULT_FOLDER = "build"
"""Where results go unless a profile or a command line names another folder."""
RUN_RECORD = "run.json"
"""The record of a run, in its folder."""
RUN_FILES = ("metrics.json", "arrays.npz", "history.csv", "architecture.json", "weights.npz")
"""What lies beside it."""
RECORD = ".json"
"""The ending of the sealed record beside a notebook that was made."""
FIGURE_INDEX = "index.json"
"""The index of an experiment's figures, beside them."""

THEORY = "theory"
"""In place of an experiment's name, for the figures of the written answers."""


@dataclass(frozen=True)
class BuildFolder:
    """The folder of a build: each path below it has one name here, and is spelt nowhere else."""

    folder: Path

    # ---------------------------------------------------------------- trainings

    @property
    def all_runs(self) -> Path:
        """The folder of the runs of everything."""
        return self.folder / "runs"

    def run(self, experiment: str, seed: int) -> Path:
        """The folder of a run."""
        return self.all_runs / experiment / f"seed-{seed}"

    def run_record(self, experiment: str, seed: int) -> Path:
        """The record of a run, which is there when the run is whole."""
        return self.run(experiment, seed) / RUN_RECORD

    def run_records(self) -> list[Path]:
        """The records of all finished runs, those of an earlier manifest included."""
        return sorted(self.all_runs.glob(f"*/*/{RUN_RECORD}"))

    def checkpoint(self, experiment: str, seed: int) -> Path:
        """The state of a training that has not finished."""
        return self.folder / "checkpoints" / experiment / f"seed-{seed}.npz"

    def states(self, experiment: str, seed: int) -> list[Path]:
        """What a training writes besides its run, to go on after it was killed and to be looked at."""
        return [self.checkpoint(experiment, seed), self.kept_reads(experiment, seed), self.live_view(experiment, seed)]

    def kept_reads(self, experiment: str, seed: int) -> Path:
        """What an unfinished training had read, beside its state."""
        return self.checkpoint(experiment, seed).with_suffix(".json")

    @property
    def live_views(self) -> Path:
        """The folder that TensorBoard shows."""
        return self.folder / "tensorboard"

    def live_view(self, experiment: str, seed: int) -> Path:
        """The folder of one training's event files."""
        return self.live_views / experiment / f"seed-{seed}"

    # ---------------------------------------------------------------- what is made of them

    @property
    def checks(self) -> Path:
        """What the checks of the written answers measured."""
        return self.folder / "checks.json"

    @property
    def all_figures(self) -> Path:
        """The folder of the figures of everything."""
        return self.folder / "figures"

    def figures(self, experiment: str) -> Path:
        """The folder of an experiment's figures, or of THEORY's."""
        return self.all_figures / experiment

    def figure_index(self, experiment: str) -> Path:
        """The names of an experiment's figures, and its tables."""
        return self.figures(experiment) / FIGURE_INDEX

    def figure_indexes(self) -> list[Path]:
        """Those that are there."""
        return sorted(self.all_figures.glob(f"*/{FIGURE_INDEX}"))

    def animations(self) -> dict[Path, Path]:
        """Each experiment's animations, and where they are published beside the document."""
        drawn = [path for index in self.figure_indexes() for path in indexed_files(index) if path.suffix == ".gif"]
        return {path: self.folder / f"{path.parent.name}_{path.name}" for path in drawn}

    def tangled(self, experiment: str) -> Path:
        """A notebook as it was made."""
        return self.folder / "tangled" / f"{experiment}.ipynb"

    def tangled_record(self, experiment: str) -> Path:
        """What a notebook is made from, beside it."""
        return self.tangled(experiment).with_suffix(RECORD)

    @property
    def notebooks(self) -> Path:
        """The folder of the published notebooks."""
        return self.folder / "notebooks"

    def notebook(self, experiment: str) -> Path:
        """A notebook where it is read, and perhaps edited."""
        return self.notebooks / f"{experiment}.ipynb"

    def published_notebooks(self) -> dict[Path, Path]:
        """Each notebook that was made, beside its record, and where it is published."""
        made = [record.with_suffix(".ipynb") for record in sorted(self.folder.glob(f"tangled/*{RECORD}"))]
        return {path: self.notebook(path.stem) for path in made if path.exists()}

    # ---------------------------------------------------------------- documents

    def sources(self, document: Document) -> Path:
        """The folder of a document's LaTeX sources, and of what LaTeX makes of them."""
        return self.folder / {"report": "tex", "theory": "theory"}[document]

    def made(self, document: Document) -> Path:
        """A document where LaTeX leaves it, beside its sources."""
        return self.sources(document) / "report.pdf"

    def made_from(self, document: Document) -> Path:
        """What a document is made from, beside its sources."""
        return self.sources(document) / "made-from.json"

    def public(self, document: Document) -> Path:
        """A document, for its readers."""
        return self.folder / f"{document}.pdf"

    @property
    def summary(self) -> Path:
        """What the report says: metrics, claims, figures."""
        return self.sources("report") / "summary.json"

    @property
    def history(self) -> Path:
        """The folder of the summaries of earlier builds."""
        return self.folder / "history"

    def summary_of(self, commit: str) -> Path:
        """What the report of a commit said."""
        return self.history / f"{commit}.json"

    @property
    def draft(self) -> Path:
        """The report with broken claims in red, for its author."""
        return self.folder / "report.draft.pdf"

    @property
    def draft_sources(self) -> Path:
        """The folder in which LaTeX makes the draft."""
        return self.folder / "draft"

    @property
    def costs(self) -> Path:
        """What each training took, and where: beside the document, which does not depend on it."""
        return self.folder / "costs.json"

    @property
    def whole(self) -> Path:
        """How long the last build took that trained everything."""
        return self.folder / "whole.json"

    @property
    def bundle(self) -> Path:
        """The report as one zip."""
        return self.folder / "report.zip"

    # ---------------------------------------------------------------- timings

    @property
    def bench(self) -> Path:
        """The folder of the benchmarks' measurements, and of the page made of them."""
        return self.folder / "bench"

    @property
    def bench_measured(self) -> Path:
        """What pytest-benchmark has stored."""
        return self.bench / "measured.json"

    @property
    def bench_table(self) -> Path:
        return self.folder / "bench.json"

    @property
    def bench_page(self) -> Path:
        return self.folder / "bench.pdf"

    # ---------------------------------------------------------------- all of it

    def written_again(self) -> Iterator[Path]:
        """Folders and records that are there, and that a build may have to write again."""
        yield self.folder
        for folder in (self.all_runs, self.all_figures, self.history, self.folder / "tangled"):
            yield folder
            yield from sorted(path for path in (*folder.glob("*"), *folder.glob("*/seed-*")) if path.is_dir())
        yield from (*self.run_records(), *self.figure_indexes(), self.checks, *self.published_notebooks())
        for document in DOCUMENTS:
            yield from (self.sources(document), self.made(document))


def partial_of(path: Path) -> Path:
    """Where a file is written before it is moved to its place."""
    return path.with_name(f"{path.name}.partial")


def indexed_files(index: Path) -> list[Path]:
    """The files beside an index of figures that it names; none where there is no index, or a damaged one."""
    try:
        named = [PurePosixPath(name) for name in read_sealed(index)["files"]]
    except (OSError, KeyError, TypeError, ReportError):
        return []
    return [index.parent / name for name in named if not name.is_absolute() and ".." not in name.parts]
