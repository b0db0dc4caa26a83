"""The recorded history of a training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from texloom.training.block import Block


class History:
    """An observer that records a row for each block or for each `every` steps, and measured values for each block.

    "step" is the last step of a row; scalars are means over its steps.
    """

    def __init__(self, rows: Mapping[str, list] | None = None, every: int | None = None) -> None:
        """rows: the rows of earlier blocks, if a training is resumed."""
        self.rows: dict[str, list] = dict(rows or {})
        self.every = every

    def __call__(self, block: Block) -> None:
        starts = range(0, block.steps, self.every or block.steps)
        length = starts.step
        self._extend("step", [block.first + min(start + length, block.steps) for start in starts])
        for name, values in block.scalars.items():
            self._extend(name, [values[start : start + length].mean(dtype=np.float64) for start in starts])
        for name, value in block.measured.items():
            self._extend(name, [value])

    def _extend(self, name: str, values: list[Any]) -> None:
        self.rows.setdefault(name, []).extend(np.asarray(value) for value in values)

    def columns(self) -> dict[str, np.ndarray]:
        """The rows so far, stacked by name."""
        return {name: np.stack(values) for name, values in self.rows.items()}
