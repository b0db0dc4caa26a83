"""Layers with seeded weights, and a step of plain gradient descent by hand."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from texloom.training.networks import dense, descend, perceptron


def test_each_layer_of_a_perceptron_has_the_weights_of_its_own_seed() -> None:
    inputs, features = perceptron(3, (4, 4, 5), "relu", 7, "pixels")
    model = keras.Model(inputs, features)
    assert inputs.name == "pixels"
    assert [layer.name for layer in model.layers[1:]] == ["hidden_1", "hidden_2", "hidden_3"]
    assert model.layers[1].activation is keras.activations.relu
    again, other = (dense(4, "alone", seed) for seed in (8, 9))
    for layer in (again, other):
        layer.build((None, 4))
    np.testing.assert_array_equal(model.layers[2].get_weights()[0], again.get_weights()[0])
    assert not np.array_equal(model.layers[2].get_weights()[0], other.get_weights()[0])


def test_a_layer_without_activation_is_linear() -> None:
    layer = dense(2, "point", 0)
    values = layer(tf.constant([[1.0, 0.0], [2.0, 0.0]])).numpy()
    np.testing.assert_allclose(values[1], 2 * values[0], rtol=1e-6)


def test_a_step_goes_down_the_gradient() -> None:
    weight, other = tf.Variable(tf.constant([3.0, -1.0])), tf.Variable(tf.constant([5.0]))
    optimizer = keras.optimizers.SGD(0.25)
    optimizer.build([weight])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(weight**2) + tf.reduce_sum(other**2)
    descend(tape, loss, [weight], optimizer)
    np.testing.assert_allclose(weight.numpy(), [1.5, -0.5])
    assert other.numpy() == 5
