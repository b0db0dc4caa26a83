"""Checkpoints: a killed training resumes from its stored state and gives exactly the same result."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from texloom.results.places import KEPT


@dataclass
class Checkpoint:
    """The state of an unfinished training in one file, and arrays computed after its last step in another.

    Each file is written completely or not at all. A file with another identity is ignored.
    """

    path: Path
    identity: str
    interval: float = 20.0
    """Shortest time between two checkpoints, in s."""
    earlier: float = 0.0
    """Time that earlier processes spent on the restored state, in s."""
    before_save: Callable[[], None] | None = None
    """Called before a state is written, to store its inputs."""
    _started: float = field(default_factory=time.monotonic)
    _last: float = field(default_factory=time.monotonic)

    def save(self, iteration: int, variables: Sequence[Any], rows: Mapping[str, list], *, force: bool = False) -> None:
        """Write the state, unless the last one was written less than `interval` seconds ago."""
        if not force and time.monotonic() - self._last < self.interval:
            return
        content = {f"variable/{i}": np.asarray(variable) for i, variable in enumerate(variables)}
        content |= {f"row/{name}": np.asarray(values) for name, values in rows.items()}
        seconds = self.earlier + time.monotonic() - self._started
        self._write(self.path, {"iteration": iteration, "seconds": seconds, **content})
        self._last = time.monotonic()

    def keep(self, name: str, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """compute(), or the array that it returned under this name in an earlier process of this training.

        For measurements after the last step that take long: a killed training does not compute the array again.
        """
        kept = self._kept()
        if name not in kept:
            kept[name] = np.asarray(compute())
            self._write(self.kept_path, {f"kept/{each}": value for each, value in kept.items()})
        return kept[name]

    @property
    def kept_path(self) -> Path:
        """The file with the arrays of `keep`."""
        return self.path.with_suffix(KEPT)

    def _kept(self) -> dict[str, np.ndarray]:
        if not self.kept_path.exists():
            return {}
        with np.load(self.kept_path) as stored:
            if str(stored["identity"]) != self.identity:
                return {}
            return {name[5:]: stored[name] for name in stored.files if name.startswith("kept/")}

    def _write(self, path: Path, content: Mapping[str, Any]) -> None:
        """Write a file and the identity in it completely, or not at all."""
        buffer = io.BytesIO()
        np.savez(buffer, identity=self.identity, **content)  # type: ignore[arg-type]
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(buffer.getvalue())
        if self.before_save:
            self.before_save()
        partial.replace(path)

    def holds_state(self) -> bool:
        """Whether there is a state of this identity to resume from."""
        if not self.path.exists():
            return False
        with np.load(self.path) as stored:
            return str(stored["identity"]) == self.identity

    def restore(self, variables: Sequence[Any]) -> tuple[int, dict[str, list]]:
        """Restore the variables; return the iteration to resume from (0 without a state) and the rows so far."""
        if not self.holds_state():
            return 0, {}
        with np.load(self.path) as stored:
            for i, variable in enumerate(variables):
                variable.assign(stored[f"variable/{i}"])
            rows = {name[4:]: list(stored[name]) for name in stored.files if name.startswith("row/")}
            self.earlier = float(stored["seconds"])
            return int(stored["iteration"]), rows

    def remove(self) -> None:
        """Remove the state after the run has been written."""
        for path in (self.path, self.kept_path):
            path.unlink(missing_ok=True)
