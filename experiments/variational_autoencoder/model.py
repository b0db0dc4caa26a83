"""Encoder and decoder, and the evidence lower bound term by term.

Names follow the written answer: encoder mean g and standard deviation h, decoder f, accuracy A, rate R, multiplier β.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from experiments.variational_autoencoder.likelihoods import Likelihood
from texloom.training.networks import dense, perceptron


class Posterior(NamedTuple):
    """The encoder's Gaussians q_x = N(g(x), diag h(x)²), one for each data point."""

    mean: tf.Tensor
    """g(x), the code of x, shape (batch, latent_dim)."""
    log_std: tf.Tensor
    """ln h(x), shape (batch, latent_dim)."""


class Bound(NamedTuple):
    """The two terms of the evidence lower bound, eq:vi-gap, for each data point, in nats."""

    reconstruction: tf.Tensor
    """ln p(x | z) at one z drawn from q_x, shape (batch,); its mean is the accuracy A."""
    kl: tf.Tensor
    """KL(q_x || p(z)), shape (batch,); its mean is the rate R."""

    @property
    def elbo(self) -> tf.Tensor:
        return self.reconstruction - self.kl


def build_encoder(size: int, hidden: Sequence[int], latent_dim: int, seed: int) -> keras.Model:
    """From data points of shape (batch, size) to the `Posterior`, g(x) and ln h(x).

    Training starts at h = 1: with random weights h is sometimes so large that training does not recover from its first
    steps.
    """
    x, features = perceptron(size, hidden, "gelu", 1000 * seed)
    mean = dense(latent_dim, "mean", 1000 * seed + 100)(features)
    log_std = keras.layers.Dense(latent_dim, kernel_initializer="zeros", name="log_std")(features)
    return keras.Model(x, [mean, log_std], name="encoder")


def build_decoder(latent_dim: int, hidden: Sequence[int], size: int, seed: int) -> keras.Model:
    """From codes of shape (batch, latent_dim) to the likelihood's parameters: logits or means, shape (batch, size)."""
    code, features = perceptron(latent_dim, hidden, "gelu", 1000 * seed + 200)
    return keras.Model(code, dense(size, "output", 1000 * seed + 300)(features), name="decoder")


def gaussian_kl(posterior: Posterior) -> tf.Tensor:
    """The summands of eq:vi-gaussian-kl, ½ (g_j² + h_j² − 1 − ln h_j²), shape (batch, latent_dim), in nats."""
    variance = tf.exp(2.0 * posterior.log_std)
    return 0.5 * (posterior.mean**2 + variance - 1.0) - posterior.log_std


def reparametrise(posterior: Posterior, noise: tf.Tensor) -> tf.Tensor:
    """z = g(x) + h(x) ⊙ ε, the reparametrisation of eq:vi-pathwise; the noise may have leading axes."""
    return posterior.mean + tf.exp(posterior.log_std) * noise


@dataclass(frozen=True)
class VariationalAutoencoder:
    """The three functions g, h and f that are trained, and the likelihood."""

    encoder: keras.Model
    decoder: keras.Model
    likelihood: Likelihood

    @classmethod
    def build(
        cls, size: int, hidden: Sequence[int], latent_dim: int, likelihood: Likelihood, seed: int
    ) -> VariationalAutoencoder:
        """Initial weights of `seed`; the decoder mirrors the encoder."""
        encoder = build_encoder(size, hidden, latent_dim, seed)
        return cls(encoder, build_decoder(latent_dim, hidden[::-1], size, seed), likelihood)

    @property
    def latent_dim(self) -> int:
        return self.decoder.input_shape[1]

    @property
    def weights(self) -> list[Any]:
        """The variables changed by gradient descent."""
        return [*self.encoder.trainable_variables, *self.decoder.trainable_variables, *self.likelihood.variables]

    def encode(self, x: tf.Tensor) -> Posterior:
        return Posterior(*self.encoder(x))

    def decode(self, code: tf.Tensor) -> tf.Tensor:
        """E[x | z] for codes of shape (batch, latent_dim)."""
        return self.likelihood.mean(self.decoder(code))

    def bound(self, x: tf.Tensor, noise: tf.Tensor) -> Bound:
        """Both terms, for data points (batch, size) and noise (batch, latent_dim)."""
        posterior = self.encode(x)
        output = self.decoder(reparametrise(posterior, noise))
        kl = tf.reduce_sum(gaussian_kl(posterior), axis=-1)
        return Bound(self.likelihood.log_density(x, output), kl)

    def log_weights(self, x: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """ln p(x, z) − ln q_x(z) in nats for noise of shape (samples, batch, latent_dim); shape (samples, batch).

        The mean over draws is the bound; the logarithm of the mean of the exponential is ln p(x).
        """
        posterior = self.encode(x)
        code = reparametrise(posterior, noise)
        output = tf.reshape(self.decoder(tf.reshape(code, (-1, code.shape[-1]))), (*code.shape[:-1], -1))
        log_ratio = 0.5 * (noise**2 - code**2) + posterior.log_std  # ln p(z) − ln q_x(z); 2π cancels
        return self.likelihood.log_density(x, output) + tf.reduce_sum(log_ratio, axis=-1)
