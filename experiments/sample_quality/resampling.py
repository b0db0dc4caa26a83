"""The standard error of a measure over the images of a sample, by the bootstrap (Efron 1979)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def bootstrap_error(statistic: Callable[[np.ndarray], float], count: int, *, repeats: int = 50, seed: int = 0) -> float:
    """The standard deviation of a statistic over samples drawn with replacement.

    statistic: maps the rows of a sample, an int array of shape (count,), to its value. With 50 repeats the result is
    accurate to about 10 %. For features of a dimension near `count` see `frechet.standard_error`. Raises ValueError for
    count < 2.
    """
    if count < 2:
        raise ValueError(f"a standard error needs at least 2 images, got {count}")
    rng = np.random.default_rng(seed)
    return float(np.std([statistic(rng.integers(count, size=count)) for _ in range(repeats)], ddof=1))
