"""Sets of digits with known faults, drawn again, and every measure by its definition: all pairs, by cdist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.spatial.distance import cdist

NEAREST = 2000
SUBSETS = 20


def draw_sets(
    test: tuple[np.ndarray, np.ndarray], reference: np.ndarray, emojis: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    """Images by the name of the set; test: images and labels. The order of the random draws is the report's."""
    images, labels = test
    count = len(images)
    noise = np.random.default_rng([seed, 400]).standard_normal(images.shape, np.float32)
    return {
        "real": images,
        "dropped": images[_equally_often(labels, np.flatnonzero(labels >= 3), count, seed)],
        "noise": np.rint(np.clip(images + 255 * 0.2 * noise, 0, 255)),
        "one_a_digit": images[_equally_often(labels, _one_of_each(labels, seed), count, seed)],
        "copies": reference[:count],
        "foreign": _as_digits(emojis),
    }


def _one_of_each(labels: np.ndarray, seed: int) -> np.ndarray:
    generator = np.random.default_rng([seed, 1])
    return np.array([generator.permutation(np.flatnonzero(labels == digit))[0] for digit in range(10)])


def _equally_often(labels: np.ndarray, kept: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Row i has digit i modulo the number of digits; the rows of a digit are used in turn. The result is shuffled."""
    generator = np.random.default_rng([seed, len(kept)])
    of_digit = {digit: kept[labels[kept] == digit] for digit in sorted(set(labels[kept].tolist()))}
    in_turn = {digit: generator.permutation(rows).tolist() for digit, rows in of_digit.items()}
    digits, rows = list(in_turn), []
    for number in range(count):
        turn = in_turn[digits[number % len(digits)]]
        rows.append(turn[number // len(digits) % len(turn)])
    return np.array([rows[place] for place in generator.permutation(count)])


def _as_digits(emojis: np.ndarray) -> np.ndarray:
    """Light ink on black: the grey of ITU-R BT.601, inverted, with a border of two pixels removed."""
    red, green, blue = np.moveaxis(emojis[:, 2:-2, 2:-2].astype(float), -1, 0)
    return np.rint(255 - (0.299 * red + 0.587 * green + 0.114 * blue))


def kernel_distance(one: np.ndarray, other: np.ndarray) -> float:
    """The mean over subsets of the unbiased estimate with the kernel (xᵀy / d + 1)³."""
    size, generator = min(1000, min(len(one), len(other)) // 2), np.random.default_rng(0)
    total = 0.0
    for _ in range(SUBSETS):
        first, second = (each[generator.permutation(len(each))[:size]] for each in (one, other))
        within = [((each @ each.T / each.shape[1] + 1) ** 3) for each in (first, second)]
        between = ((first @ second.T / first.shape[1] + 1) ** 3).mean()
        total += sum((each.sum() - np.trace(each)) / (size * (size - 1)) for each in within) - 2 * between
    return total / SUBSETS


def _blocks(first: np.ndarray, second: np.ndarray) -> Iterator[np.ndarray]:
    """Distances of all pairs, some hundred rows at a time."""
    yield from (cdist(first[start : start + 500], second) for start in range(0, len(first), 500))


def energy_distance(one: np.ndarray, other: np.ndarray) -> float:
    between, within, within_other = (
        sum(block.sum() for block in _blocks(first, second)) / (len(first) * len(second))
        for first, second in ((one, other), (one, one), (other, other))
    )
    return float(np.sqrt(2 * between - within - within_other))


def neighbourhoods(real: np.ndarray, generated: np.ndarray, k: int = 5) -> dict[str, float]:
    """Precision, recall, density and coverage, with both manifolds as unions of closed balls."""
    reach = {
        name: np.concatenate([np.sort(block, axis=1)[:, k] for block in _blocks(each, each)])  # column 0 is itself
        for name, each in (("real", real), ("generated", generated))
    }
    pairs = np.concatenate(list(_blocks(real, generated)))
    margin = 1 + 1e-6
    in_real, in_generated = pairs <= margin * reach["real"][:, None], pairs <= margin * reach["generated"]
    return {
        "precision": in_real.any(axis=0).mean(),
        "recall": in_generated.any(axis=1).mean(),
        "density": in_real.sum() / (k * len(generated)),
        "coverage": in_real.any(axis=1).mean(),
    }


def nearest(features: np.ndarray, reference: np.ndarray) -> np.ndarray:
    return np.concatenate([block.min(axis=1) for block in _blocks(features[:NEAREST], reference)])


def bias_of_gaussians(covariance: np.ndarray) -> float:
    """2 (5/4 Σ λ + 1/2 Σ λμ / (λ + μ)), over pairs of the eigenvalues without those of dead features."""
    values = np.linalg.eigvalsh(covariance)
    values = [value for value in values if value > 1e-12 * values.max()]
    return 2 * (1.25 * sum(values) + 0.5 * sum(a * b / (a + b) for a in values for b in values))


def emojis_in_order(data: Path, seed: int) -> np.ndarray:
    images = np.load(data / "emoji" / "images.npy")
    return images[np.random.default_rng([seed, 600]).permutation(len(images))]
