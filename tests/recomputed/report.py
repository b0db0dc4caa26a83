"""The basis of recomputations: a stored run, read only with numpy and json, and values compared with its metrics."""

from __future__ import annotations

import csv
import json
import struct
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, SupportsFloat

import numpy as np

FLOAT32 = 1e-5
"""Relative difference explained by single precision."""


@dataclass(frozen=True)
class Stored:
    """A run's folder."""

    folder: Path

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        return dict(np.load(self.folder / "arrays.npz"))

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        return dict(np.load(self.folder / "weights.npz"))

    @cached_property
    def metrics(self) -> dict[str, dict[str, Any]]:
        return json.loads((self.folder / "metrics.json").read_text(encoding="utf-8"))

    @cached_property
    def config(self) -> dict[str, Any]:
        return json.loads((self.folder / "run.json").read_text(encoding="utf-8"))["config"]

    @property
    def seed(self) -> int:
        return int(self.folder.name.removeprefix("seed-"))

    @cached_property
    def history(self) -> dict[str, np.ndarray]:
        with (self.folder / "history.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return {name: np.array([float(row[name]) for row in rows]) for name in (rows[0] if rows else {})}


@dataclass
class Findings:
    """Values found for metrics by name, each with the allowed difference."""

    values: dict[str, tuple[float, float]] = field(default_factory=dict)

    def exact(self, name: str, value: SupportsFloat) -> None:
        """Note a value computed from the same arrays: it must be equal up to single precision."""
        self.values[name] = (float(value), FLOAT32 * max(abs(float(value)), 1e-3))

    def within(self, name: str, value: SupportsFloat, tolerance: SupportsFloat) -> None:
        """Note a value that must be equal up to sampling error, or up to decisions on a border."""
        self.values[name] = (float(value), float(tolerance))

    def wrong(self, metrics: dict[str, dict[str, Any]]) -> list[str]:
        """The metrics that differ by more than is allowed, and the names that are not metrics."""
        found = []
        for name, (value, tolerance) in self.values.items():
            printed = metrics.get(name, {"value": np.nan})["value"]
            if not abs(printed - value) <= tolerance:
                found.append(f"{name}: stored {printed:.6g}, recomputed {value:.6g} ± {tolerance:.2g}")
        return found


def read_mnist(data: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 28, 28), uint8, and labels, from the IDX files."""
    files = (Path(data, "mnist", f"{split}-{name}-ubyte") for name in ("images-idx3", "labels-idx1"))
    images, labels = (file.read_bytes() for file in files)
    shape = struct.unpack(">3I", images[4:16])
    return np.frombuffer(images, np.uint8, offset=16).reshape(shape), np.frombuffer(labels, np.uint8, offset=8)
