"""The kernel inception distance: squared maximum mean discrepancy of features, unbiased (Bińkowski et al. 2018).

The kernel is k(x, y) = (xᵀy / d + 1)³. As usual, the distance is the mean over random subsets; their scatter gives its
uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ROWS = 1024
"""Number of rows of a kernel matrix in memory at a time."""


@dataclass(frozen=True)
class KernelDistance:
    """Estimates of the squared maximum mean discrepancy, one for each subset; they may be negative.

    values: float64 of shape (subsets,). fraction: size of a subset relative to the smaller sample.
    """

    values: np.ndarray
    fraction: float

    @property
    def mean(self) -> float:
        """The kernel inception distance."""
        return float(self.values.mean())

    @property
    def deviation(self) -> float:
        """The standard deviation over subsets: the scatter of a distance of one subset, not the error of `mean`."""
        return float(self.values.std())

    @property
    def standard_error(self) -> float:
        """The standard error of `mean` as an estimate for the population, by the delete-d jackknife (Shao and Wu 1989).

        Subsets share members, so the deviation divided by the root of their number would be too small. NaN if a
        subset is the whole sample.
        """
        if self.fraction >= 1:
            return float("nan")
        return self.deviation * float(np.sqrt(self.fraction / (1 - self.fraction)))


def polynomial_kernel(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(xᵀy / d + 1)³ for all pairs of rows of shape (n, d) and (m, d): shape (n, m)."""
    kernel = first @ second.T
    kernel /= first.shape[1]
    kernel += 1
    return kernel * kernel * kernel


def squared_discrepancy(first: np.ndarray, second: np.ndarray) -> float:
    """The unbiased estimate of the squared maximum mean discrepancy of samples of shape (n, d) and (m, d), n, m ≥ 2."""
    n, m = len(first), len(second)
    everything = [np.ones((1, n)), np.ones((1, m))]
    return float(_subset_estimates(_float64(first), _float64(second), *everything)[0])


def kernel_distance(
    first: np.ndarray, second: np.ndarray, *, subsets: int = 100, subset_size: int | None = None, seed: int = 0
) -> KernelDistance:
    """The kernel inception distance of features of shape (n, d) and (m, d).

    subset_size: vectors of each sample in a subset; by default 1000, or half of the smaller sample if that is less.
    Raises ValueError if dimensions differ, or if a subset is larger than a sample or smaller than 2.
    """
    if first.shape[1:] != second.shape[1:] or first.ndim != 2:
        raise ValueError(f"features must have the same dimension, got shapes {first.shape} and {second.shape}")
    smaller = min(len(first), len(second))
    size = min(1000, smaller // 2) if subset_size is None else subset_size
    if not 2 <= size <= smaller:
        raise ValueError(f"subset_size must be from 2 to {smaller}, the size of the smaller sample, got {size}")
    rng = np.random.default_rng(seed)
    chosen = [(rng.permutation(len(first))[:size], rng.permutation(len(second))[:size]) for _ in range(subsets)]
    first, second = _float64(first), _float64(second)
    if len(first) ** 2 + len(second) ** 2 > 2 * subsets * size**2:  # computing each subset's kernel is less work
        values = [squared_discrepancy(first[rows], second[columns]) for rows, columns in chosen]
    else:
        members = (
            (_membership(rows, len(first)) for rows, _ in chosen),
            (_membership(c, len(second)) for _, c in chosen),
        )
        values = _subset_estimates(first, second, *(np.stack(list(each)) for each in members))
    return KernelDistance(np.asarray(values), size / smaller)


def _float64(features: np.ndarray) -> np.ndarray:
    return np.asarray(features, np.float64)


def _membership(rows: np.ndarray, count: int) -> np.ndarray:
    """1 for each row in the subset, else 0; shape (count,)."""
    indicator = np.zeros(count)
    indicator[rows] = 1
    return indicator


def _subset_estimates(first: np.ndarray, second: np.ndarray, in_first: np.ndarray, in_second: np.ndarray) -> np.ndarray:
    """The unbiased estimate for each subset, in one pass over the kernel matrix with ROWS rows in memory at a time.

    in_first, in_second: 0 or 1, shape (subsets, n) and (subsets, m). Summing uᵀKu over indicator vectors u is cheaper
    than computing the kernel again for each subset. Returns shape (subsets,).
    """
    n, m = in_first.sum(axis=1), in_second.sum(axis=1)
    within_first = _kernel_sums(first, first, in_first, in_first) - in_first @ _diagonal(first)
    within_second = _kernel_sums(second, second, in_second, in_second) - in_second @ _diagonal(second)
    between = _kernel_sums(first, second, in_first, in_second)
    return within_first / (n * (n - 1)) + within_second / (m * (m - 1)) - 2 * between / (n * m)


def _diagonal(features: np.ndarray) -> np.ndarray:
    """k(x, x) for each row."""
    return (np.einsum("ij,ij->i", features, features) / features.shape[1] + 1) ** 3


def _kernel_sums(first: np.ndarray, second: np.ndarray, in_first: np.ndarray, in_second: np.ndarray) -> np.ndarray:
    """Σ k(x, y) over x in each subset of `first` and y in the same subset of `second`, shape (subsets,)."""
    total = np.zeros(len(in_first))
    for start in range(0, len(first), ROWS):
        block = polynomial_kernel(first[start : start + ROWS], second)
        total += np.einsum("sr,sr->s", in_first[:, start : start + ROWS], in_second @ block.T)
    return total
