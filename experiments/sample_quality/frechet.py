r"""The Fréchet distance of two sets of features, eq:fid-frechet, through their first two moments.

With Inception features it is the Fréchet inception distance of Heusel et al. 2017. Sample covariances are unbiased
(divided by n − 1), as in all reference implementations; everything is float64. The matrix root of the definition is
never computed: with C = F Fᵀ for each covariance, Tr (C₁^½ C₂ C₁^½)^½ is the sum of the singular values of F₁ᵀ F₂,
eq:fid-nuclear. F is the matrix of centred features (for few images) or a Cholesky factor (for many).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy import linalg

ROWS = 1024
"""Number of rows of features that are converted to float64 at a time."""


@dataclass(frozen=True)
class Moments:
    """Count, mean and scatter of feature vectors; `a + b` gives those of a union, so they can be streamed and merged.

    mean: float64 of shape (d,). scatter: Σ (x − mean)(x − mean)ᵀ, float64 of shape (d, d).
    """

    count: int
    mean: np.ndarray
    scatter: np.ndarray

    @classmethod
    def of(cls, features: np.ndarray) -> Moments:
        """The moments of features of shape (n, d). Raises ValueError unless they are finite and n ≥ 1."""
        return cls.of_batches([features])

    @classmethod
    def of_batches(cls, batches: Iterable[np.ndarray]) -> Moments:
        """The moments of the union of batches of shape (any, d), which are processed one after the other."""
        return reduce(Moments.__add__, (cls._of_block(block) for batch in batches for block in _blocks(batch)))

    @classmethod
    def _of_block(cls, block: np.ndarray) -> Moments:
        mean = block.mean(axis=0)
        centred = block - mean
        return cls(len(block), mean, centred.T @ centred)

    def __add__(self, other: Moments) -> Moments:
        """Chan, Golub and LeVeque 1983: no cancellation, however large the mean. Raises ValueError if d differs."""
        if self.dimension != other.dimension:
            raise ValueError(f"moments must have the same dimension, got {self.dimension} and {other.dimension}")
        count = self.count + other.count
        shift = other.mean - self.mean
        between = np.outer(shift * (self.count * other.count / count), shift)
        return Moments(count, self.mean + shift * (other.count / count), self.scatter + other.scatter + between)

    @property
    def dimension(self) -> int:
        return len(self.mean)

    @property
    def covariance(self) -> np.ndarray:
        """The unbiased covariance, shape (d, d). Raises ValueError for a single vector."""
        if self.count < 2:
            raise ValueError("a covariance needs at least 2 feature vectors, got 1")
        return self.scatter / (self.count - 1)


def frechet_distance(first: Moments, second: Moments) -> float:
    """The squared Fréchet distance of the Gaussians with these moments, eq:fid-frechet; at least 0.

    Raises ValueError if the dimensions differ or a set has a single vector.
    """
    if first.dimension != second.dimension:
        raise ValueError(f"features must have the same dimension, got {first.dimension} and {second.dimension}")
    factors = _factor(first.covariance), _factor(second.covariance)
    return _distance(first.mean, second.mean, *factors)


def frechet_distance_of_features(first: np.ndarray, second: np.ndarray) -> float:
    """The squared Fréchet distance from features of shape (n, d) and (m, d), for any n and m.

    For a set of at most d vectors the centred vectors themselves are used, without forming the covariance: for
    n = m = 1000 and d = 2048 this is ten times faster, and exact although the covariances are singular. For a larger
    set the moments are used, so memory does not grow with its size.
    """
    if first.shape[1:] != second.shape[1:]:
        raise ValueError(f"features must have the same dimension, got shapes {first.shape} and {second.shape}")
    (first_mean, first_factor), (second_mean, second_factor) = (_mean_and_factor(each) for each in (first, second))
    return _distance(first_mean, second_mean, first_factor, second_factor)


def standard_error(features: np.ndarray, reference: np.ndarray, *, repeats: int = 20, seed: int = 0) -> float:
    """The standard error over images of the distance of features, shape (n, d), to a fixed reference, shape (m, d).

    Uses the delete-half jackknife (Shao and Wu 1989): the scatter of the distances of random halves. A bootstrap would
    draw images twice, and the copies affect a covariance of n vectors in d ~ n dimensions. Raises ValueError for n < 4.
    """
    if len(features) < 4:
        raise ValueError(f"a standard error needs at least 4 feature vectors, got {len(features)}")
    rng, fixed = np.random.default_rng(seed), _mean_and_factor(reference)
    distances = []
    for _ in range(repeats):
        mean, factor = _mean_and_factor(features[rng.permutation(len(features))[: len(features) // 2]])
        distances.append(_distance(mean, fixed[0], factor, fixed[1]))
    return float(np.std(distances, ddof=1))


def _mean_and_factor(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count, dimension = features.shape
    if count > dimension:
        moments = Moments.of(features)
        return moments.mean, _factor(moments.covariance)
    if count < 2:
        raise ValueError(f"a covariance needs at least 2 feature vectors, got {count}")
    values = np.concatenate(list(_blocks(features)))
    mean = values.mean(axis=0)
    return mean, (values - mean).T / np.sqrt(count - 1)


def _factor(covariance: np.ndarray) -> np.ndarray:
    """F with F Fᵀ = C: the Cholesky factor, or from eigenvectors if C is singular (features that are never active)."""
    try:
        return linalg.cholesky(covariance, lower=True, check_finite=False)
    except linalg.LinAlgError:
        values, vectors = linalg.eigh(covariance, driver="evd", check_finite=False)
        kept = values > 0  # negative values are rounding errors
        return vectors[:, kept] * np.sqrt(values[kept])


def _distance(
    first_mean: np.ndarray, second_mean: np.ndarray, first_factor: np.ndarray, second_factor: np.ndarray
) -> float:
    shift = first_mean - second_mean
    traces = np.sum(first_factor**2) + np.sum(second_factor**2)
    root = np.sum(linalg.svdvals(first_factor.T @ second_factor, check_finite=False))
    return float(max(shift @ shift + traces - 2 * root, 0.0))


def _blocks(features: np.ndarray) -> Iterable[np.ndarray]:
    """Rows as float64, ROWS at a time."""
    if features.ndim != 2 or not len(features):
        raise ValueError(f"features must have shape (n, d) with n ≥ 1, got {features.shape}")
    for start in range(0, len(features), ROWS):
        block = np.asarray(features[start : start + ROWS], np.float64)
        if not np.isfinite(block).all():
            raise ValueError(f"features in rows {start} to {start + len(block) - 1} are not all finite")
        yield block
