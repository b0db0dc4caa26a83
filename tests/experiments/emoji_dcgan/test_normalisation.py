"""Batch normalisation against Keras's own: values, gradients, and the statistics of inference mode."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from experiments.emoji_dcgan.normalisation import BatchNorm, batch_statistics, normalise, recompute_batch_statistics


def random(*shape: int, seed: int = 0) -> Any:
    return tf.constant(np.random.default_rng(seed).normal(2.0, 3.0, shape), tf.float32)


def layer_and_gradients(layer: Any, values: Any, upstream: Any) -> list[Any]:
    with tf.GradientTape() as tape:
        tape.watch(values)
        result = layer(values, training=True)
    return [result, *tape.gradient(result, [values, *layer.trainable_variables], upstream)]


@pytest.mark.parametrize("shape", [(16, 8, 8, 5), (7, 3)])
def test_values_and_gradients_are_keras_s(shape: tuple[int, ...]) -> None:
    values, upstream = random(*shape), random(*shape, seed=1)
    layers: list[Any] = [BatchNorm(epsilon=1e-5), keras.layers.BatchNormalization(epsilon=1e-5)]
    for layer in layers:
        layer.build(shape)
        layer.gamma.assign(random(shape[-1], seed=2))
        layer.beta.assign(random(shape[-1], seed=3))
    ours, keras_s = (layer_and_gradients(layer, values, upstream) for layer in layers)
    for mine, theirs in zip(ours, keras_s, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-4, atol=2e-4)


def test_the_gradient_is_that_of_finite_differences() -> None:
    values, scale, shift, weights = random(6, 2), random(2, seed=1), random(2, seed=2), random(6, 2, seed=3)

    def function(values: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(tf.cast(weights, tf.float64) * normalise(values, scale, shift, 1e-5))

    exact, numeric = tf.test.compute_gradient(
        function, [tf.cast(each, tf.float64) for each in (values, scale, shift)], delta=1e-6
    )
    for mine, theirs in zip(exact, numeric, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


def test_normalised_values_have_mean_zero_and_variance_one() -> None:
    result = normalise(random(50, 4, 4, 3), tf.ones(3), tf.zeros(3), 1e-5)
    mean, variance = batch_statistics(result)
    np.testing.assert_allclose(mean, 0, atol=1e-5)
    np.testing.assert_allclose(variance, 1, atol=1e-4)


def test_training_leaves_the_stored_statistics_alone_and_recomputing_sets_them() -> None:
    codes = keras.Input((3,))
    network = keras.Model(codes, BatchNorm(epsilon=1e-5)(codes))
    values = random(40, 3)
    network(values, training=True)
    np.testing.assert_array_equal(network.layers[1].moving_mean, np.zeros(3))
    recompute_batch_statistics(network, values)
    np.testing.assert_allclose(network.layers[1].moving_mean, np.mean(values, 0), rtol=1e-5)
    np.testing.assert_allclose(network.layers[1].moving_variance, np.var(values, 0), rtol=1e-5)
    np.testing.assert_allclose(network(values, training=False), network(values, training=True), atol=1e-5)
    kept = network.get_weights()
    network(random(40, 3, seed=5), training=True)
    for before, after in zip(kept, network.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
