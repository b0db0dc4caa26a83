"""Measures from nearest neighbours in feature space, of fidelity, of variety, and of copies.

Distances are Euclidean, in float64. Only a block of the pairwise distance matrix is in memory at a time, so memory
grows with the size of one sample, not with the product of both sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

ROWS = 1024
"""Number of rows of a distance matrix in memory at a time."""

ON_THE_BORDER = 1 + 1e-9
"""Balls are closed: a point is inside if its squared distance exceeds the squared radius only by rounding."""


class Neighbourhood(NamedTuple):
    """Fidelity and variety of generated samples compared with real ones, from 0 to 1 (density may exceed 1)."""

    precision: float
    """Fraction of generated samples in the estimated manifold of the real ones (Kynkäänniemi et al. 2019)."""
    recall: float
    """Fraction of real samples in the estimated manifold of the generated ones."""
    density: float
    """Mean number of real neighbourhoods that contain a generated sample, divided by k (Naeem et al. 2020)."""
    coverage: float
    """Fraction of real samples with a generated one in their neighbourhood."""


def compare_neighbourhoods(real: np.ndarray, generated: np.ndarray, k: int = 5) -> Neighbourhood:
    """Precision, recall, density and coverage of features of shape (n, d) and (m, d), all with k neighbours.

    The neighbourhood of a sample is the closed ball that reaches the k-th nearest other sample of its own set.
    Raises ValueError unless 1 ≤ k < n, m.
    """
    real_reach, generated_reach = (ON_THE_BORDER * neighbour_radius(each, k) ** 2 for each in (real, generated))
    inside_real, recalled, covered = np.zeros(len(generated), np.int64), [], []
    for start, squared in squared_distances(real, generated):
        in_ball = squared <= real_reach[start : start + len(squared), None]
        inside_real += in_ball.sum(axis=0)
        covered.append(in_ball.any(axis=1))
        recalled.append((squared <= generated_reach).any(axis=1))
    return Neighbourhood(
        precision=float(np.mean(inside_real > 0)),
        recall=float(np.mean(np.concatenate(recalled))),
        density=float(np.mean(inside_real) / k),
        coverage=float(np.mean(np.concatenate(covered))),
    )


def neighbour_radius(samples: np.ndarray, k: int) -> np.ndarray:
    """The distance of each row to its k-th nearest other row, shape (n,). Raises ValueError unless 1 ≤ k < n."""
    if not 1 <= k < len(samples):
        raise ValueError(f"k must be from 1 to {len(samples) - 1} for {len(samples)} samples, got {k}")
    radii = []
    for start, squared in squared_distances(samples, samples):
        row = np.arange(len(squared))
        squared[row, start + row] = np.inf  # not its own neighbour; a copy in another row is one
        radii.append(np.sqrt(np.partition(squared, k - 1, axis=1)[:, k - 1]))
    return np.concatenate(radii)


def nearest_distances(samples: np.ndarray, references: np.ndarray) -> np.ndarray:
    """The distance of each sample to the nearest reference, shape (n,): 0 for a copy."""
    return np.sqrt(np.concatenate([squared.min(axis=1) for _, squared in squared_distances(samples, references)]))


def squared_distances(first: np.ndarray, second: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Squared distances of all pairs of rows of shape (n, d) and (m, d), as (first row, block of shape (≤ ROWS, m)).

    Computed as ‖x‖² + ‖y‖² − 2xᵀy about the mean of `second`. Values that are zero up to rounding are set to zero.
    Raises ValueError if dimensions differ.
    """
    if first.ndim != 2 or first.shape[1:] != second.shape[1:]:
        raise ValueError(f"samples must have the same dimension, got shapes {first.shape} and {second.shape}")
    centre = second.mean(axis=0, dtype=np.float64)
    second = second - centre
    second_norms = np.einsum("ij,ij->i", second, second)
    for start in range(0, len(first), ROWS):
        block = first[start : start + ROWS] - centre
        norms = np.einsum("ij,ij->i", block, block)[:, None]
        squared = norms + second_norms - 2 * (block @ second.T)
        squared[squared < 1e-13 * (norms + second_norms)] = 0
        yield start, squared
