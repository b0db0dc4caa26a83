"""Batch normalisation with its gradient in closed form: two sums over the batch forward, two backward.

Automatic differentiation, operation by operation, takes twice as many sums. Apart from the convolutions, a compiled
step spends most of its time on sums over the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf


def batch_statistics(values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Mean and biased variance of each channel, shape (c,), of values of shape (…, c)."""
    axes = list(range(len(values.shape) - 1))
    mean = tf.reduce_mean(values, axes)
    return mean, tf.reduce_mean((values - mean) ** 2, axes)


def normalise(values: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, epsilon: float) -> Any:
    """scale · (values − mean) / √(variance + epsilon) + shift with the batch's own statistics (Ioffe and Szegedy 2015).

    values: shape (…, c); scale, shift: shape (c,).
    """

    @tf.custom_gradient
    def with_gradient(values: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
        mean, variance = batch_statistics(values)
        inverse = tf.math.rsqrt(variance + epsilon)
        standard = (values - mean) * inverse

        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            axes = list(range(len(values.shape) - 1))
            shift_gradient = tf.reduce_sum(upstream, axes)
            scale_gradient = tf.reduce_sum(upstream * standard, axes)
            count = tf.cast(tf.size(values) // tf.size(scale), values.dtype)
            centred = upstream - shift_gradient / count - standard * (scale_gradient / count)
            return scale * inverse * centred, scale_gradient, shift_gradient

        return standard * scale + shift, gradient

    return with_gradient(values, scale, shift)


class BatchNorm(keras.layers.BatchNormalization):
    """Keras's layer, except that in training it uses the batch's statistics without updating the stored ones.

    `recompute_batch_statistics` sets the stored ones, which are used in inference.
    """

    recomputing = False
    """Whether a call in training mode stores the statistics of its batch."""

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: Any = None) -> Any:
        if not training:
            return super().call(inputs, training=False, mask=mask)
        if self.recomputing:
            for stored, value in zip(self.non_trainable_variables, batch_statistics(inputs), strict=True):
                stored.assign(value)
        scale, shift = (tf.convert_to_tensor(weight) for weight in (self.gamma, self.beta))
        return normalise(inputs, scale, shift, self.epsilon)


def recompute_batch_statistics(network: keras.Model, examples: Any) -> None:
    """Set the statistics used in inference mode to those of these examples."""
    layers = [layer for layer in network.layers if isinstance(layer, BatchNorm)]
    for layer in layers:
        layer.recomputing = True
    network(examples, training=True)
    for layer in layers:
        layer.recomputing = False
