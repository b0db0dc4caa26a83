"""A finished block of steps, which observers look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np


class Block(NamedTuple):
    """What a block of steps returned, and what was measured after it."""

    first: int
    """Steps before the block."""
    scalars: Mapping[str, np.ndarray]
    """What each step returned, by name, each of shape (steps,); the first is the loss."""
    measured: Mapping[str, Any]
    """What was measured when the block had ended; empty where nothing is."""

    @property
    def steps(self) -> int:
        return len(next(iter(self.scalars.values())))

    @property
    def done(self) -> int:
        """Steps of the training that are behind it."""
        return self.first + self.steps

    @property
    def loss(self) -> float:
        """The mean of the first scalar."""
        return float(next(iter(self.scalars.values())).mean(dtype=np.float64))


Observer = Callable[[Block], None]
