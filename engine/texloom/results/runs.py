"""The run store: the files of each training, written completely or not at all.

build/runs/<experiment>/seed-<n>/
    metrics.json       name -> value, unit, meaning, and standard error if it was measured
    arrays.npz         arrays for the figures
    history.csv        one row for each block of training
    architecture.json  the built models, layer by layer
    weights.npz        trained weights
    run.json           configuration, seed, code, data, versions, kind of machine, costs, digests of the files above
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from texloom.errors import ReportError, closest
from texloom.results.places import RUN_RECORD, BuildFolder
from texloom.results.quantity import Quantity
from texloom.results.sealed import file_digest, read_sealed


def run_folder(build: Path, experiment: str, seed: int) -> Path:
    """The folder of the run of an experiment with a seed."""
    return BuildFolder(build).run(experiment, seed)


@dataclass(frozen=True)
class Run:
    """A finished run, read lazily. Raises ReportError if one of its files is missing or was changed."""

    folder: Path
    of: tuple[str, int] | None = None
    """The experiment and seed that it must belong to, if known."""

    @property
    def is_there(self) -> bool:
        """Whether the run was finished; its files may have been changed since."""
        return (self.folder / RUN_RECORD).exists()

    @cached_property
    def record(self) -> dict[str, Any]:
        """The contents of run.json."""
        way_out = f"remove {self.folder} and run make again"
        try:
            record = read_sealed(self.folder / RUN_RECORD)
        except FileNotFoundError:
            raise ReportError(
                self.folder, "there is no finished run here", "make all makes it if report.toml names it"
            ) from None
        except ReportError as error:
            raise ReportError(error.where, error.what, way_out) from None
        experiment, seed = self.of or (None, None)
        found = (record.get("experiment", experiment), record.get("seed", seed))
        if self.of not in (None, found):
            raise ReportError(self.folder, f"holds the run of {found[0]} with seed {found[1]}", way_out)
        return record

    def file(self, name: str) -> Path:
        """The path of a file of the run, after checking that it is as the training wrote it."""
        path, digest = self.folder / name, self.record["files"][name]
        if not path.exists():
            raise ReportError(path, "this file of a run is missing", f"remove {self.folder} and run make again")
        if file_digest(path) != digest:
            raise ReportError(
                path, "was changed after the training wrote it", f"remove {self.folder} and run make again"
            )
        return path

    @property
    def seed(self) -> int:
        return self.record["seed"]

    @property
    def config(self) -> dict[str, Any]:
        return self.record["config"]

    @cached_property
    def metrics(self) -> dict[str, dict[str, Any]]:
        return json.loads(self.file("metrics.json").read_text(encoding="utf-8"))

    @cached_property
    def architectures(self) -> dict[str, list[dict[str, Any]]]:
        return json.loads(self.file("architecture.json").read_text(encoding="utf-8"))

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        with np.load(self.file("arrays.npz")) as stored:
            return dict(stored)

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        with np.load(self.file("weights.npz")) as stored:
            return dict(stored)

    @cached_property
    def history(self) -> dict[str, np.ndarray]:
        with self.file("history.csv").open(newline="", encoding="utf-8") as file:
            header, *rows = list(csv.reader(file)) or [[]]
        return {name: np.array([float(row[i]) for row in rows]) for i, name in enumerate(header)}


class Runs(Sequence[Run]):
    """The runs of one experiment, one for each seed, in the order given."""

    def __init__(self, experiment: str, runs: Sequence[Run]) -> None:
        if not runs:
            raise ValueError(f"no runs of {experiment}")
        self.experiment, self._runs = experiment, list(runs)

    @classmethod
    def load(cls, build: Path, experiment: str, seeds: Sequence[int]) -> Runs:
        return cls(experiment, [Run(run_folder(build, experiment, seed), (experiment, seed)) for seed in seeds])

    def __getitem__(self, index):  # type: ignore[override]
        return self._runs[index]

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    @property
    def config(self) -> dict[str, Any]:
        """The configuration, the same for all seeds."""
        return self._runs[0].config

    def metric(self, name: str) -> Quantity:
        """A metric over all seeds. Raises ReportError, with the closest name, for an unknown one."""
        first = self._runs[0].metrics
        if name not in first:
            raise ReportError("", f"unknown metric '{name}' of {self.experiment}", closest(str(name), first))
        values = tuple(run.metrics[name]["value"] for run in self._runs)
        error = first[name].get("error") if len(values) == 1 else None
        return Quantity(name, values, first[name]["unit"], first[name]["meaning"], error)
