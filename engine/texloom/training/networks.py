"""Building blocks of networks and training steps: layers with seeded initial weights, a gradient step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf


def dense(units: int, name: str, seed: int, activation: str | None = None) -> keras.layers.Dense:
    """A fully connected layer with Glorot-uniform initial weights."""
    initializer: Any = keras.initializers.GlorotUniform(seed=seed)
    return keras.layers.Dense(units, activation, kernel_initializer=initializer, name=name)


def perceptron(
    size: int, hidden: Sequence[int], activation: str, seed: int, name: str | None = None
) -> tuple[Any, Any]:
    """An input of `size` numbers, and the output of fully connected layers; their seeds count up from `seed`."""
    inputs = keras.Input((size,), name=name)
    features = inputs
    for index, units in enumerate(hidden):
        features = dense(units, f"hidden_{index + 1}", seed + index, activation)(features)
    return inputs, features


def descend(tape: tf.GradientTape, loss: tf.Tensor, weights: Sequence[Any], optimizer: Any) -> None:
    """Apply one step of the optimiser to reduce the loss."""
    gradients = tape.gradient(loss, weights)
    optimizer.apply_gradients(zip(gradients, weights, strict=True))
