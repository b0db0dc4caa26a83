"""The run store: what a training leaves behind, written whole or not at all.

build/runs/<experiment>/seed-<n>/
    metrics.json       name -> value, unit, meaning
    arrays.npz         what the figures need
    history.csv        one row for each block of training
    architecture.json  the built models, layer by layer
    weights.npz        trained weights
    run.json           configuration, seed, code, data, versions, kind of machine, costs, digests of the files above
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from experiments.common.quantity import Quantity
from experiments.common.sealed import file_digest, read_sealed, write_sealed
from weave.errors import ReportError, closest

FILES = ("metrics.json", "arrays.npz", "history.csv", "architecture.json", "weights.npz")


def run_folder(build: Path, experiment: str, seed: int) -> Path:
    """Where the run of an experiment with a seed lies."""
    return build / "runs" / experiment / f"seed-{seed}"


@dataclass
class RunWriter:
    """Collects the results of one training; `write` puts them in place in one move."""

    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    architectures: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    weights: dict[str, np.ndarray] = field(default_factory=dict)

    def metric(self, name: str, value: float, unit: str, meaning: str) -> None:
        """A number that the report may print. `unit` is empty for pure numbers."""
        self.metrics[name] = {"value": float(value), "unit": unit, "meaning": meaning}

    def array(self, name: str, values: Any) -> None:
        """An array for the figures."""
        self.arrays[name] = np.asarray(values)

    def history(self, columns: Mapping[str, Any]) -> None:
        """Scalars over training, columns of equal length."""
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"history columns differ in length: {lengths}")
        self.columns = {name: np.asarray(column) for name, column in columns.items()}

    def architecture(self, name: str, layers: list[dict[str, Any]]) -> None:
        """A built model as `architecture.describe` tells it."""
        self.architectures[name] = layers

    def save_weights(self, name: str, weights: Sequence[np.ndarray]) -> None:
        """Trained weights in the order of the model."""
        self.weights |= {f"{name}/{index}": np.asarray(weight) for index, weight in enumerate(weights)}

    def write(self, folder: Path, record: Mapping[str, Any]) -> None:
        """Write a temporary folder beside `folder` and rename it over; `record` is the rest of run.json."""
        partial = folder.with_name(folder.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        _write_json(partial / "metrics.json", self.metrics)
        np.savez(partial / "arrays.npz", **self.arrays)  # type: ignore[arg-type]
        with (partial / "history.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(self.columns)
            table.writerows([f"{value:.9g}" for value in row] for row in zip(*self.columns.values(), strict=True))
        _write_json(partial / "architecture.json", self.architectures)
        np.savez(partial / "weights.npz", **self.weights)  # type: ignore[arg-type]
        digests = {name: file_digest(partial / name) for name in FILES}
        write_sealed(partial / "run.json", {**record, "files": digests})
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Run:
    """A finished run, read lazily. Raises ReportError when a file of it is missing or was altered by hand."""

    folder: Path
    of: tuple[str, int] | None = None
    """The experiment and the seed that it must be of, where that is known."""

    @cached_property
    def record(self) -> dict[str, Any]:
        """The contents of run.json."""
        way_out = f"remove {self.folder} and run make again"
        try:
            record = read_sealed(self.folder / "run.json")
        except FileNotFoundError:
            raise ReportError(self.folder, "there is no finished run here", "make all trains what is missing") from None
        except ReportError as error:
            raise ReportError(error.where, error.what, way_out) from None
        experiment, seed = self.of or (None, None)
        found = (record.get("experiment", experiment), record.get("seed", seed))
        if self.of not in (None, found):
            raise ReportError(self.folder, f"holds the run of {found[0]} with seed {found[1]}", way_out)
        return record

    def file(self, name: str) -> Path:
        """The path of a file of the run, found to be what the training wrote."""
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
        """The configuration, which all seeds share."""
        return self._runs[0].config

    def metric(self, name: str) -> Quantity:
        """A metric over all seeds. Raises ReportError for an unknown one, with the closest."""
        first = self._runs[0].metrics
        if name not in first:
            raise ReportError("", f"unknown metric '{name}' of {self.experiment}", closest(name, first))
        values = tuple(run.metrics[name]["value"] for run in self._runs)
        return Quantity(name, values, first[name]["unit"], first[name]["meaning"])
