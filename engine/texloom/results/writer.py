"""Collect the results of one training and write them completely or not at all; `runs` describes the files."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from texloom.errors import ReportError, closest
from texloom.results.metrics import Metric
from texloom.results.places import RUN_FILES
from texloom.results.sealed import file_digest, write_json, write_sealed
from texloom.results.texts import check_text
from texloom.results.written import finish_replacing

FILES = RUN_FILES


@dataclass
class RunWriter:
    """Collects the results of one training; `write` stores them in one step.

    declared: the metrics to be recorded, by name.
    """

    declared: Mapping[str, Metric]
    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    architectures: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    weights: dict[str, np.ndarray] = field(default_factory=dict)

    def metric(self, name: str, value: float, *, error: float | None = None, **details: object) -> None:
        """Record a number that the report may print; `details` fill the placeholders in its meaning.

        error: its standard error, from resampling the data it was measured on; printed if there is a single seed.
        Raises ReportError for a metric that is not declared, and for a value that is not finite, unless the
        declaration allows it.
        """
        if name not in self.declared:
            raise ReportError("metrics.py", f"unknown metric '{name}'", closest(name, self.declared))
        unit, meaning, must_be_finite = self.declared[name]
        if must_be_finite and not np.isfinite(value):
            raise ReportError(
                f"metric '{name}'",
                f"is {float(value)}, not a finite number",
                "see whether the experiment diverged; its run is not written, or declare it with finite=False",
            )
        filled = meaning.format(**details)
        for what, text in {"metric": name, f"the unit of {name}": unit, f"the meaning of {name}": filled}.items():
            check_text(what, text)
        self.metrics[name] = {"value": float(value), "unit": unit, "meaning": filled}
        if error is not None and np.isfinite(error):
            self.metrics[name]["error"] = float(error)

    def array(self, name: str, values: Any) -> None:
        """Record an array for the figures. Raises ReportError for arrays of Python objects, which cannot be stored."""
        check_text("array", name)
        self.arrays[name] = np.asarray(values)
        if self.arrays[name].dtype.hasobject:
            raise ReportError(f"array '{name}'", "holds objects of Python's", "record numbers, or texts of one length")

    def history(self, columns: Mapping[str, Any]) -> None:
        """Record scalars over the training, as columns of equal length."""
        for name in columns:
            check_text("column", name)
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"history columns differ in length: {lengths}")
        self.columns = {name: np.asarray(column) for name, column in columns.items()}

    def architecture(self, name: str, layers: list[dict[str, Any]]) -> None:
        """Record a built model, as described by `architecture.describe`."""
        check_text("architecture", name)
        self.architectures[name] = layers

    def save_weights(self, name: str, weights: Sequence[np.ndarray]) -> None:
        """Record trained weights in the order of the model, for use elsewhere: nothing in a report reads them."""
        check_text("weights", name)
        self.weights |= {f"{name}/{index}": np.asarray(weight) for index, weight in enumerate(weights)}

    def write(self, folder: Path, record: Mapping[str, Any]) -> None:
        """Write a temporary folder beside `folder` and rename it to `folder`; `record` is the rest of run.json.

        A killed write leaves the previous run complete: in its place, or moved to `<folder>.replaced` for the moment
        in which neither is in place; the next write moves it back before anything else. Other files in the folder stay
        there.
        Raises ReportError if a declared metric was not recorded.
        """
        missing = [name for name in self.declared if name not in self.metrics]
        if missing:
            raise ReportError(
                "metrics.py",
                f"declares metrics that the experiment did not record: {', '.join(missing)}",
                "record them, or remove them there",
            )
        partial, replaced = (folder.with_name(f"{folder.name}.{state}") for state in ("partial", "replaced"))
        finish_replacing(folder)
        partial.mkdir(parents=True, exist_ok=True)
        write_json(partial / "metrics.json", self.metrics)
        _write_arrays(partial / "arrays.npz", self.arrays)
        with (partial / "history.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(self.columns)
            table.writerows([f"{value:.9g}" for value in row] for row in zip(*self.columns.values(), strict=True))
        write_json(partial / "architecture.json", self.architectures)
        _write_arrays(partial / "weights.npz", self.weights)
        digests = {name: file_digest(partial / name) for name in FILES}
        write_sealed(partial / "run.json", {**record, "files": digests})
        if folder.exists():
            folder.rename(replaced)
        partial.rename(folder)
        finish_replacing(folder)


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays for numpy.load; numpy.savez would take some names as its own parameters."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, values, allow_pickle=False)
