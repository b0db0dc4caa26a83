"""The likelihoods compared with scipy's densities, and the binarisation with its probabilities."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import expit
from scipy.stats import bernoulli, norm

from experiments.variational_autoencoder.likelihoods import LIKELIHOODS, Bernoulli, Gaussian, binarise

RNG = np.random.default_rng(0)


def key(number: int = 0) -> tf.Tensor:
    return tf.constant([3, number])


def test_bernoulli_log_density() -> None:
    x, logits = RNG.integers(0, 2, (4, 7)).astype(np.float32), 5 * RNG.normal(size=(3, 4, 7)).astype(np.float32)
    expected = bernoulli.logpmf(x, expit(logits.astype(np.float64))).sum(-1)
    found = Bernoulli().log_density(tf.constant(x), tf.constant(logits))
    assert found.shape == (3, 4)  # a leading axis of samples broadcasts
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_bernoulli_survives_hopeless_logits() -> None:
    found = Bernoulli().log_density(tf.constant([[0.0, 1.0]]), tf.constant([[200.0, 200.0]]))
    np.testing.assert_allclose(found, [-200.0])


@pytest.mark.parametrize("variance", [None, 0.5, 1e-3])
def test_gaussian_log_density(variance: float | None) -> None:
    likelihood = Gaussian(variance)
    x, mean = RNG.normal(size=(4, 7)).astype(np.float32), RNG.normal(size=(3, 4, 7)).astype(np.float32)
    expected = norm.logpdf(x, mean, np.sqrt(variance or 0.1)).sum(-1)
    np.testing.assert_allclose(likelihood.log_density(tf.constant(x), tf.constant(mean)), expected, rtol=1e-4)
    assert likelihood.variance == pytest.approx(variance or 0.1)
    assert len(likelihood.variables) == (variance is None)  # learnt as one scalar, or not at all


def test_the_variance_that_maximises_the_likelihood_is_the_mean_squared_error() -> None:
    """As stated below eq:vi-trade for a learnt C: the gradient vanishes there, and only there."""
    x, mean = tf.constant(RNG.normal(size=(50, 8)), tf.float32), tf.zeros((50, 8))
    error = float(tf.reduce_mean((x - mean) ** 2))
    for factor, sign in ((0.8, 1), (1.0, 0), (1.25, -1)):
        likelihood = Gaussian()
        likelihood.log_variance.assign(np.log(factor * error))
        with tf.GradientTape() as tape:
            total = tf.reduce_mean(likelihood.log_density(x, mean))
        slope = float(tape.gradient(total, likelihood.log_variance.value))
        assert np.sign(round(slope, 3)) == sign


def test_means() -> None:
    output = tf.constant([[-2.0, 0.0, 3.0]])
    np.testing.assert_allclose(Bernoulli().mean(output), expit([[-2.0, 0.0, 3.0]]), rtol=1e-6)
    np.testing.assert_array_equal(Gaussian().mean(output), output)


def test_each_option_names_its_likelihood() -> None:
    assert isinstance(LIKELIHOODS["bernoulli"](None), Bernoulli)
    chosen = LIKELIHOODS["gaussian"](0.3)
    assert isinstance(chosen, Gaussian)
    assert chosen.variance == pytest.approx(0.3)


def test_a_pixel_is_white_with_probability_its_intensity() -> None:
    levels = np.arange(256, dtype=np.float32) / 255
    drawn = binarise(tf.constant(np.tile(levels, (20_000, 1))), key()).numpy()
    assert set(np.unique(drawn)) == {0.0, 1.0}
    z = (drawn.mean(0) - levels)[1:-1] / np.sqrt(levels * (1 - levels) / 20_000)[1:-1]
    assert np.abs(z).max() < 4.5
    assert np.mean(z**2) == pytest.approx(1, abs=0.3)
    np.testing.assert_array_equal(drawn[:, 0], 0)  # black stays black
    np.testing.assert_array_equal(drawn[:, -1], 1)


def test_pixels_are_drawn_independently_of_each_other() -> None:
    """Two pixels share one random word; its low and high half must be independent, whatever the width."""
    for size in (6, 7):
        drawn = binarise(tf.fill((40_000, size), 0.5), key()).numpy()
        correlation = np.corrcoef(drawn.T) - np.eye(size)
        assert np.abs(correlation).max() < 0.025
        assert np.abs(np.corrcoef(drawn[:-1, 0], drawn[1:, 0])[0, 1]) < 0.025


def test_binarisation_is_dynamic_and_keyed() -> None:
    images = tf.constant(RNG.uniform(size=(50, 784)), tf.float32)
    first, again, other = (Bernoulli().observe(images, key(number)).numpy() for number in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.mean(first != other) == pytest.approx(1 / 3, abs=0.02)  # E 2 p (1 − p)
    np.testing.assert_array_equal(Gaussian().observe(images, key()), images)
