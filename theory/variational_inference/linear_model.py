"""The linear Gaussian model, in which posterior and evidence are known, and expectations that are exact."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.stats import multivariate_normal


def gauss_hermite(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of the mean under N(0, 1), exact for polynomials of degree below 2 count."""
    nodes, weights = hermegauss(count)
    return nodes, weights / weights.sum()


class Linear(NamedTuple):
    """The model x = W z + offset + noise of variance C, with z ~ N(0, I)."""

    weight: np.ndarray
    offset: np.ndarray
    variance: float

    def decode(self, z: np.ndarray) -> np.ndarray:
        """The mean of p(x | z); z of shape (..., k)."""
        return z @ self.weight.T + self.offset

    def log_likelihood(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """ln p(x | z)."""
        square = np.sum((x - self.decode(z)) ** 2, axis=-1)
        return -square / (2 * self.variance) - x.size / 2 * np.log(2 * np.pi * self.variance)

    def log_evidence(self, x: np.ndarray) -> float:
        """ln p(x), from the covariance of x."""
        covariance = self.weight @ self.weight.T + self.variance * np.eye(x.size)
        return float(multivariate_normal(mean=self.offset, cov=covariance).logpdf(x))  # type: ignore[arg-type]

    def posterior(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and covariance of p(z | x), by conditioning the joint Gaussian; the text uses the precision."""
        gain = self.weight.T @ np.linalg.inv(self.weight @ self.weight.T + self.variance * np.eye(x.size))
        return gain @ (x - self.offset), np.eye(self.weight.shape[1]) - gain @ self.weight

    def precision(self) -> np.ndarray:
        """The inverse covariance of p(z | x)."""
        return np.eye(self.weight.shape[1]) + self.weight.T @ self.weight / self.variance


def random_linear(seed: int, d: int = 4, k: int = 2) -> tuple[Linear, np.ndarray, np.ndarray, np.ndarray]:
    """A model, a point x, and the mean and standard deviation of an encoder that is chosen independently of it."""
    rng = np.random.default_rng(seed)
    model = Linear(rng.normal(size=(d, k)), rng.normal(size=d), float(rng.uniform(0.3, 1.5)))
    return model, rng.normal(size=d), rng.normal(size=k), rng.uniform(0.3, 1.5, size=k)


def gaussian_kl(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray, other_cov: np.ndarray) -> float:
    """The divergence of two Gaussians with full covariances, used as the independent side."""
    solve = np.linalg.solve(other_cov, np.column_stack([cov, other_mean - mean]))
    square = (other_mean - mean) @ solve[:, -1]
    determinants = np.linalg.slogdet(other_cov)[1] - np.linalg.slogdet(cov)[1]
    return float((np.trace(solve[:, :-1]) + square - mean.size + determinants) / 2)


def encoder_nodes(g: np.ndarray, h: np.ndarray, count: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Points z and weights of the mean under N(g, diag h²), a product of Gauss-Hermite rules."""
    nodes, weights = gauss_hermite(count)
    points = np.array(list(product(nodes, repeat=g.size)))
    return g + h * points, np.prod(list(product(weights, repeat=g.size)), axis=1)


def prior_kl(g: np.ndarray, h: np.ndarray) -> float:
    """The divergence of N(g, diag h²) from N(0, I), eq:vi-gaussian-kl."""
    return float((g**2 + h**2 - 1 - np.log(h**2)).sum() / 2)
