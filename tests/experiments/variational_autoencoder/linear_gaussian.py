"""A model with evidence in closed form: z ~ N(0, I), x = W z + noise of variance C."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import multivariate_normal

from experiments.variational_autoencoder.config import Objective
from experiments.variational_autoencoder.likelihoods import Gaussian
from experiments.variational_autoencoder.model import VariationalAutoencoder
from experiments.variational_autoencoder.networks import build_optimizer
from experiments.variational_autoencoder.train import Variant, make_step
from texloom.training import loop

VARIANCE = 0.25
LOADINGS = np.array([[2.0, 1.0], [-1.0, 0.5], [0.5, 1.5], [0.0, -1.0], [1.0, 1.0]])
"""W; its columns are not orthogonal, so the posterior's coordinates are dependent and a gap remains."""


def evidence(loadings: np.ndarray = LOADINGS, variance: float = VARIANCE) -> Any:
    """p(x) = N(0, W Wᵀ + C I)."""
    covariance: Any = loadings @ loadings.T + variance * np.eye(len(loadings))
    return multivariate_normal(np.zeros(len(loadings)), covariance)


def draw(count: int, seed: int, loadings: np.ndarray = LOADINGS, variance: float = VARIANCE) -> np.ndarray:
    """Data points, float32 of shape (count, d)."""
    rng = np.random.default_rng(seed)
    size, latent_dim = loadings.shape
    noise = np.sqrt(variance) * rng.normal(size=(count, size))
    return (rng.normal(size=(count, latent_dim)) @ loadings.T + noise).astype(np.float32)


def set_exact(model: VariationalAutoencoder, loadings: np.ndarray = LOADINGS, variance: float = VARIANCE) -> None:
    """Give a linear model the parameters of the data's model, and the best encoder that eq:vi-mean-field allows."""
    precision = np.eye(loadings.shape[1]) + loadings.T @ loadings / variance
    mean = np.linalg.solve(precision, loadings.T / variance)
    log_std = -0.5 * np.log(np.diag(precision))
    model.encoder.get_layer("mean").set_weights([mean.T, np.zeros(len(mean))])
    model.encoder.get_layer("log_std").set_weights([np.zeros_like(mean.T), log_std])
    model.decoder.get_layer("output").set_weights([loadings.T, np.zeros(len(loadings))])


def mean_field_gap(loadings: np.ndarray = LOADINGS, variance: float = VARIANCE) -> float:
    """eq:vi-mean-field: ½ (Σ ln P_jj − ln det P)."""
    precision = np.eye(loadings.shape[1]) + loadings.T @ loadings / variance
    return float(0.5 * (np.log(np.diag(precision)).sum() - np.linalg.slogdet(precision)[1]))


def trained(
    objective: Objective, data: np.ndarray, latent_dim: int, *, steps: int = 3000, rate: float = 0.02, batch: int = 200
) -> Variant:
    """A linear encoder and decoder, trained with the report's step."""
    import tensorflow as tf

    model = VariationalAutoencoder.build(data.shape[1], (), latent_dim, Gaussian(objective.variance), seed=0)
    beta: Any = tf.constant(objective.beta)
    variant = Variant(objective, model, tf.Variable(beta), build_optimizer(rate, steps, model.weights))
    step, batches = make_step(variant, tf.constant(data), seed=0), loop.epoch_batches(0, len(data), batch)
    loop.run(loop.Training("linear-Gaussian", step, steps, steps // 5, variant.state, batches))
    return variant
