"""A finished block of training steps, which is passed to observers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np


class Block(NamedTuple):
    """The scalars of a block of steps, and the values measured after it."""

    first: int
    """Number of steps before the block."""
    scalars: Mapping[str, np.ndarray]
    """The scalars that the steps returned, by name, each of shape (steps,); the first is the loss."""
    measured: Mapping[str, Any]
    """The values measured after the block; may be empty."""

    @property
    def steps(self) -> int:
        return len(next(iter(self.scalars.values())))

    @property
    def done(self) -> int:
        """Number of steps done after the block."""
        return self.first + self.steps

    @property
    def loss(self) -> float:
        """The mean of the first scalar."""
        return float(next(iter(self.scalars.values())).mean(dtype=np.float64))


Observer = Callable[[Block], None]
