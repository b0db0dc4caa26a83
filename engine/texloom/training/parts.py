"""Several trainings in one run, one after another, that share the checkpoint of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from texloom.training import live, loop
from texloom.training.checkpoint import Checkpoint


class Parts:
    """Trainings of one run. A killed run resumes within the part in which it was killed.

    The checkpoint always contains the variables of all parts, and the history of each under its name. The progress of a
    part is the last "step" of its history.
    """

    def __init__(self, checkpoint: Checkpoint | None, trainings: Mapping[str, loop.Training]) -> None:
        self.checkpoint = checkpoint
        self.trainings = trainings
        self.rows = checkpoint.restore(self._variables)[1] if checkpoint else {}

    @property
    def _variables(self) -> list[Any]:
        return [variable for training in self.trainings.values() for variable in training.variables]

    def train(
        self,
        name: str,
        *,
        measure: loop.Measure | None = None,
        every: int | None = None,
        pictures: live.Pictures | None = None,
    ) -> dict[str, np.ndarray]:
        """Train one part, or the rest of it, as `loop.run` does; return its history."""
        training, checkpoint = self.trainings[name], _PartCheckpoint(self, name) if self.checkpoint else None
        observers = [live.Curves(pictures, group=name)]
        history = loop.run(training, checkpoint, measure=measure, every=every, observers=observers)
        self.rows = self.rows_with(name, {column: list(values) for column, values in history.items()})
        self.save(training.steps, self.rows, force=True)  # a finished part is not repeated
        return history

    def rows_with(self, name: str, rows: Mapping[str, list]) -> dict[str, list]:
        """The history of all parts, with that of one replaced."""
        return self.rows | {f"{name}/{column}": values for column, values in rows.items()}

    def save(self, iteration: int, rows: Mapping[str, list], *, force: bool) -> None:
        """Write all parts to the run's checkpoint, if its interval has passed."""
        if self.checkpoint:
            self.checkpoint.save(iteration, self._variables, rows, force=force)


class _PartCheckpoint(Checkpoint):
    """The run's checkpoint as one part uses it; it contains the variables of all parts."""

    def __init__(self, parts: Parts, name: str) -> None:
        assert parts.checkpoint
        super().__init__(parts.checkpoint.path, parts.checkpoint.identity, parts.checkpoint.interval)
        self.parts, self.name = parts, name

    def save(self, iteration: int, _variables: Any, rows: Mapping[str, list], *, force: bool = False) -> None:
        self.parts.save(iteration, self.parts.rows_with(self.name, rows), force=force)

    def restore(self, _variables: Any) -> tuple[int, dict[str, list]]:
        """The progress of the part, and its history; the variables were restored with the run's checkpoint."""
        prefix = f"{self.name}/"
        rows = {key.removeprefix(prefix): list(v) for key, v in self.parts.rows.items() if key.startswith(prefix)}
        return int(rows["step"][-1]) if rows else 0, rows
