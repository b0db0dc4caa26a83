"""Pairs of distributions, real and generated, their divergences, and the objectives of the least-squares GAN.

Throughout, `p` is the density of the real points, `q` of the generated ones.
"""

from __future__ import annotations

import numpy as np
from scipy.special import rel_entr
from scipy.stats import norm

CODINGS = ((-1.0, 1.0, 0.0), (0.0, 1.0, 1.0), (-0.7, 1.9, 0.3), (0.4, -1.1, 2.0))
PEARSON_CODINGS = ((-1.0, 1.0, 0.0), (0.3, 2.3, 1.3))


def random_pair(seed: int, size: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Two distributions on `size` points; the last has probability 0 in the first, the last but one in the second."""
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(size)), rng.dirichlet(np.ones(size))
    p[-1] = q[-2] = 0
    return p / p.sum(), q / q.sum()


def disjoint_pair(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two distributions without a common point."""
    rng = np.random.default_rng(seed)
    return np.append(rng.dirichlet(np.ones(5)), np.zeros(4)), np.append(np.zeros(5), rng.dirichlet(np.ones(4)))


PAIRS = [*(random_pair(seed) for seed in range(20)), disjoint_pair(0), disjoint_pair(1)]


def triangular(p: np.ndarray, q: np.ndarray) -> float:
    """The divergence of the least-squares GAN."""
    return float(((p - q) ** 2 / (p + q)).sum())


def kl(p: np.ndarray, q: np.ndarray) -> float:
    """The Kullback-Leibler divergence of discrete distributions, in nats."""
    return float(rel_entr(p, q).sum())


def jsd(p: np.ndarray, q: np.ndarray) -> float:
    """The Jensen-Shannon divergence of discrete distributions, in nats."""
    return (kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2


def optimal(p: np.ndarray, q: np.ndarray, a: float, b: float) -> np.ndarray:
    """The discriminator that is optimal for the codes a and b, eq:lsgan-optimal-discriminator."""
    return (b * p + a * q) / (p + q)


def discriminator_loss(d: np.ndarray, p: np.ndarray, q: np.ndarray, a: float, b: float) -> float:
    """The discriminator's objective, eq:lsgan-discriminator."""
    return float(p @ (d - b) ** 2 + q @ (d - a) ** 2) / 2


def generator_loss(d: np.ndarray, p: np.ndarray, q: np.ndarray, c: float) -> float:
    """The generator's objective with both terms, eq:lsgan-generator."""
    return float(p @ (d - c) ** 2 + q @ (d - c) ** 2) / 2


def gaussian_pair(shift: float) -> tuple[np.ndarray, np.ndarray]:
    """N(0, 1) and N(shift, 1) on a fine grid, each summing to one."""
    grid = np.linspace(-10, 20, 1501)
    p, q = norm.pdf(grid), norm.pdf(grid, shift)
    return p / p.sum(), q / q.sum()
