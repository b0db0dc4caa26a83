"""The evaluated images, and sets with known faults made from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import linalg

from experiments.datasets.mnist import Split


class Data(NamedTuple):
    """Real test images, the training images used as the reference, other training images, and foreign images."""

    test: Split
    reference: Split
    others: np.ndarray
    """Training images that are not in the reference, (n, 28, 28)."""
    foreign: np.ndarray
    """Images of another data set in the same format."""


def without_digits(images: np.ndarray, labels: np.ndarray, dropped: int, count: int, seed: int) -> np.ndarray:
    """`count` images of the digits from `dropped` to 9 in equal numbers, with repetition; other modes are missing."""
    kept = np.flatnonzero(labels >= dropped)
    return images[equally_often(labels, kept, count, seed)]


def few_a_digit(images: np.ndarray, labels: np.ndarray, each: int, count: int, seed: int) -> np.ndarray:
    """`count` images that repeat `each` random ones per digit: all classes, but no variety within them."""
    rng = np.random.default_rng([seed, each])
    kept = np.concatenate([rng.permutation(np.flatnonzero(labels == digit))[:each] for digit in np.unique(labels)])
    return images[equally_often(labels, kept, count, seed)]


def equally_often(labels: np.ndarray, kept: np.ndarray, count: int, seed: int) -> np.ndarray:
    """`count` rows of `kept` in random order: equally many of each digit, cycling through a digit's rows."""
    rng = np.random.default_rng([seed, len(kept)])
    digits = np.unique(labels[kept])
    wanted = np.arange(count) % len(digits)
    rows = np.empty(count, np.int64)
    for number, digit in enumerate(digits):
        places = np.flatnonzero(wanted == number)
        rows[places] = np.resize(rng.permutation(kept[labels[kept] == digit]), len(places))
    return rng.permutation(rows)


def partly_copied(images: np.ndarray, training: np.ndarray, part: float) -> np.ndarray:
    """The images, with the first ones replaced by copies of training images."""
    count = round(part * len(images))
    return np.concatenate([training[:count], images[count:]])


def gaussian_twin(features: np.ndarray, seed: int) -> np.ndarray:
    """As many Gaussian vectors as `features`, with exactly their sample mean and covariance; (n, d) with n > d."""
    mean = features.mean(axis=0, dtype=np.float64)
    noise = np.random.default_rng(seed).standard_normal(features.shape)
    noise -= noise.mean(axis=0)
    whitened = linalg.solve_triangular(_factor(noise), noise.T, lower=True)
    return mean + (_factor(features - mean) @ whitened).T


def _factor(centred: np.ndarray) -> np.ndarray:
    """A lower triangular F with F Fᵀ = centredᵀ centred, by QR from eigenvectors, as the matrix may be singular."""
    values, vectors = linalg.eigh(centred.T @ centred)
    root = vectors * np.sqrt(np.maximum(values, 0))
    triangle: np.ndarray = np.linalg.qr(root.T, mode="r")  # type: ignore[assignment]
    return triangle.T
