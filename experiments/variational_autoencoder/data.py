"""Pairs of MNIST digits; in numpy."""

from __future__ import annotations

import numpy as np

from experiments.datasets.mnist import DIGITS


def draw_pairs(labels: np.ndarray, count: int, *, same: bool, seed: int) -> np.ndarray:
    """Random pairs of row numbers of different images, an int array of shape (count, 2).

    same: if true, pair i is drawn from the pairs of images of digit i mod 10, so that ten pairs show each digit once;
    otherwise pairs are drawn from all pairs of images of different digits.

    Raises ValueError if the labels contain no such pair.
    """
    rng = np.random.default_rng([seed, int(same)])
    if same:
        members = [np.flatnonzero(labels == digit) for digit in range(min(count, DIGITS))]
        if min(map(len, members)) < 2:
            raise ValueError("a pair of the same digit needs two images of each digit")
        return np.stack([rng.choice(members[index % DIGITS], 2, replace=False) for index in range(count)])
    if len(np.unique(labels)) < 2:
        raise ValueError("a pair of different digits needs images of two digits")
    pairs = np.empty((0, 2), int)
    while len(pairs) < count:
        drawn = rng.integers(len(labels), size=(2 * count, 2))
        pairs = np.concatenate([pairs, drawn[labels[drawn[:, 0]] != labels[drawn[:, 1]]]])
    return pairs[:count]
