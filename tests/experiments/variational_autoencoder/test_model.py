"""The terms of the bound compared with Monte Carlo and with a model whose evidence is known in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from experiments.variational_autoencoder.importance_weighting import importance_weighted_bound, standard_error
from experiments.variational_autoencoder.likelihoods import Bernoulli, Gaussian
from experiments.variational_autoencoder.model import (
    Bound,
    Posterior,
    VariationalAutoencoder,
    gaussian_kl,
    reparametrise,
)
from tests.experiments.variational_autoencoder.linear_gaussian import (
    LOADINGS,
    VARIANCE,
    draw,
    evidence,
    mean_field_gap,
    set_exact,
)
from texloom.training.random_numbers import draw_normal


def key(number: int = 0) -> tf.Tensor:
    return tf.constant([7, number])


@pytest.fixture(scope="module")
def exact() -> VariationalAutoencoder:
    """The linear-Gaussian model itself, with its best encoder."""
    model = VariationalAutoencoder.build(5, (), 2, Gaussian(VARIANCE), seed=0)
    set_exact(model)
    return model


@given(st.floats(-3, 3), st.floats(-3, 1))
def test_the_kl_of_one_coordinate_by_quadrature(mean: float, log_std: float) -> None:
    std = np.exp(log_std)
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    z = mean + std * nodes
    expected = weights @ (norm.logpdf(z, mean, std) - norm.logpdf(z)) / np.sqrt(2 * np.pi)
    found = float(gaussian_kl(Posterior(tf.constant([mean]), tf.constant([log_std])))[0])
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-5)
    assert found >= -1e-6


def test_the_kl_agrees_with_monte_carlo() -> None:
    rng = np.random.default_rng(0)
    posterior = Posterior(*(tf.constant(rng.normal(size=(3, 4)), tf.float32) for _ in range(2)))
    noise = draw_normal((100_000, 3, 4), key())
    z, std = reparametrise(posterior, noise).numpy(), np.exp(posterior.log_std)
    log_ratio = norm.logpdf(z, posterior.mean, std) - norm.logpdf(z)
    error = log_ratio.std(0) / np.sqrt(len(log_ratio))
    assert np.all(np.abs(log_ratio.mean(0) - gaussian_kl(posterior)) < 4.5 * error + 1e-4)


def test_gradients_pass_through_the_reparametrisation() -> None:
    mean, log_std, noise = tf.constant([0.5]), tf.constant([-1.0]), tf.constant([2.0])
    with tf.GradientTape() as tape:
        tape.watch([mean, log_std])
        code = reparametrise(Posterior(mean, log_std), noise)
    gradients: Any = tape.gradient(code, [mean, log_std])
    by_mean, by_log_std = gradients
    np.testing.assert_array_equal(by_mean, [1])
    np.testing.assert_allclose(by_log_std, [2 * np.exp(-1)], rtol=1e-6)


def test_bound_and_log_weights_are_the_same_estimate(exact: VariationalAutoencoder) -> None:
    """ln p(x, z) − ln q(z) with the densities written out; its mean differs from the bound only in how the KL is
    computed."""
    x, noise = tf.constant(draw(6, seed=1)), draw_normal((6, 2), key())
    posterior = exact.encode(x)
    z, mean, std = reparametrise(posterior, noise).numpy(), posterior.mean.numpy(), np.exp(posterior.log_std)
    likelihood = norm.logpdf(x, z @ LOADINGS.T, np.sqrt(VARIANCE)).sum(1)
    expected = likelihood + norm.logpdf(z).sum(1) - norm.logpdf(z, mean, std).sum(1)
    np.testing.assert_allclose(exact.log_weights(x, noise[None])[0], expected, rtol=1e-4)
    bound = exact.bound(x, noise)
    np.testing.assert_allclose(bound.reconstruction, likelihood, rtol=1e-4)
    np.testing.assert_allclose(bound.kl, gaussian_kl(posterior).numpy().sum(1), rtol=1e-5)


def test_elbo_is_accuracy_less_rate() -> None:
    assert float(Bound(tf.constant(5.0), tf.constant(2.0)).elbo) == 3


def test_the_gap_of_the_best_encoder_is_the_mean_field_gap(exact: VariationalAutoencoder) -> None:
    """eq:vi-gap and eq:vi-mean-field: ln p(x) − ELBO(x) is the same for every x."""
    x = draw(4, seed=1)
    noise = draw_normal((50_000, 4, 2), key())
    log_weights = exact.log_weights(tf.constant(x), noise).numpy()
    gap = evidence().logpdf(x) - log_weights.mean(0)
    error = log_weights.std(0) / np.sqrt(len(log_weights))
    assert mean_field_gap() > 0.05  # the columns of W are not orthogonal
    assert np.all(np.abs(gap - mean_field_gap()) < 4.5 * error + 1e-3)


def test_bounds_are_ordered_and_end_at_the_evidence(exact: VariationalAutoencoder) -> None:
    """ELBO ≤ IWAE-k ≤ IWAE-5k ≤ ln p(x), and IWAE-1000 is within 0.003 of it."""
    x = draw(300, seed=2)
    log_weights = exact.log_weights(tf.constant(x), draw_normal((1000, 300, 2), key())).numpy().T
    elbo = exact.bound(tf.constant(x), draw_normal((300, 2), key(1))).elbo.numpy()
    one, five, twenty_five, all_of_them = (importance_weighted_bound(log_weights, k) for k in (1, 5, 25, 1000))
    assert elbo.mean() == pytest.approx(one.mean(), abs=4 * standard_error(elbo - one))
    assert one.mean() < five.mean() - 0.05
    assert five.mean() < twenty_five.mean() < all_of_them.mean()
    assert all_of_them.mean() == pytest.approx(evidence().logpdf(x).mean(), abs=3e-3)


def test_networks_mirror_each_other_and_start_from_the_seed() -> None:
    one, again, other = (VariationalAutoencoder.build(12, (8, 6), 3, Bernoulli(), seed) for seed in (0, 0, 1))
    assert [tuple(w.shape) for w in one.decoder.get_weights()[::2]] == [(3, 6), (6, 8), (8, 12)]
    assert [tuple(w.shape) for w in one.encoder.get_weights()[:4:2]] == [(12, 8), (8, 6)]
    for a, b in zip(one.encoder.get_weights(), again.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one.encoder.get_weights()[0], other.encoder.get_weights()[0])
    assert one.latent_dim == 3
    x = tf.zeros((2, 12))
    assert one.encode(x).mean.shape == (2, 3)
    np.testing.assert_array_equal(one.encode(x + 100.0).log_std, np.zeros((2, 3)))  # training starts at h = 1
    decoded = one.decode(one.encode(x).mean).numpy()
    assert decoded.shape == (2, 12)
    assert 0 < decoded.min() <= decoded.max() < 1  # probabilities


def test_weights_hold_the_variance_only_where_it_is_learnt() -> None:
    networks = 2 * (2 + 1) + 2
    for likelihood, more in ((Bernoulli(), 0), (Gaussian(0.1), 0), (Gaussian(), 1)):
        model = VariationalAutoencoder.build(12, (8,), 3, likelihood, seed=0)
        assert len(model.weights) == networks + 2 + more
