"""The network and its loss."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import tensorflow as tf
from texloom.training.networks import dense, perceptron


def build_network(hidden: Sequence[int], seed: int) -> keras.Model:
    """A perceptron from x of shape (batch, 1) to y of the same shape, tanh between its layers."""
    first = 1000 * seed  # the first seed of the layers; no other network has the same
    x, features = perceptron(1, hidden, "tanh", first, name="x")
    return keras.Model(x, dense(1, "y", first + len(hidden))(features), name="network")


def squared_error(predicted: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """The mean squared error, a scalar; its minimiser is the mean of y given x, which is the curve."""
    return tf.reduce_mean((predicted - y) ** 2)
