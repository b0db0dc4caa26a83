"""The network and its loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf


def build_network(hidden: Sequence[int], seed: int) -> keras.Model:
    """A perceptron from x of shape (batch, 1) to y of the same shape, tanh between its layers."""

    def dense(units: int, index: int, name: str, activation: str | None = None) -> keras.layers.Dense:
        initializer: Any = keras.initializers.GlorotUniform(seed=1000 * seed + index)
        return keras.layers.Dense(units, activation, kernel_initializer=initializer, name=name)

    x = keras.Input((1,), name="x")
    code = x
    for index, units in enumerate(hidden):
        code = dense(units, index, f"hidden_{index + 1}", "tanh")(code)
    return keras.Model(x, dense(1, len(hidden), "y")(code), name="network")


def squared_error(predicted: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """The mean squared error, a scalar; its minimiser is the mean of y given x, which is the curve."""
    return tf.reduce_mean((predicted - y) ** 2)
