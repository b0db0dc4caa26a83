"""The denoiser, a multilayer perceptron with two outputs, and its loss; a plain perceptron; a joint position head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from experiments.datasets.mnist import SIDE
from texloom.training.networks import dense, perceptron


class Prediction(NamedTuple):
    """The network's outputs for a batch of noisy images, all as logits."""

    estimate: tf.Tensor
    """The pixel under the noise, shape (batch, SIDE²)."""
    row: tf.Tensor
    """The patch's first row, shape (batch, positions)."""
    column: tf.Tensor
    """The patch's first column, shape (batch, positions)."""


def build_denoiser(hidden: Sequence[int], patch: int, seed: int) -> keras.Model:
    """A perceptron from SIDE² pixels to an estimate of every pixel and the patch's position."""
    positions = SIDE - patch + 1
    noisy, code = perceptron(SIDE**2, hidden, "gelu", 1000 * seed, "noisy")
    heads = [
        dense(SIDE**2, "estimate", 1000 * seed + 100)(code),
        dense(positions, "row", 1000 * seed + 101)(code),
        dense(positions, "column", 1000 * seed + 102)(code),
    ]
    return keras.Model(noisy, heads, name="denoiser")


def build_plain(hidden: Sequence[int], seed: int) -> keras.Model:
    """A perceptron with the same hidden layers from SIDE² pixels to the restored ones, as logits."""
    noisy, code = perceptron(SIDE**2, hidden, "gelu", 1000 * seed + 200, "noisy")
    return keras.Model(noisy, dense(SIDE**2, "restored", 1000 * seed + 300)(code), name="plain")


def build_joint_position(denoiser: keras.Model, hidden: Sequence[int], patch: int, seed: int) -> keras.Model:
    """A separate head on the denoiser's last hidden layer: from noisy pixels to logits of all positions, row by row."""
    code = denoiser.get_layer(f"hidden_{len(hidden)}").output
    logits = dense((SIDE - patch + 1) ** 2, "position", 1000 * seed + 103)(code)
    return keras.Model(denoiser.input, logits, name="joint_position")


def covering(patch: int) -> tf.Tensor:
    """Entry (k, i) is one if a patch that starts at k covers the row or column i; shape (positions, SIDE)."""
    offset = tf.range(SIDE)[None, :] - tf.range(SIDE - patch + 1)[:, None]
    return tf.cast((offset >= 0) & (offset < patch), tf.float32)


def gate(row: tf.Tensor, column: tf.Tensor, patch: int) -> tf.Tensor:
    """The gate of the product of both distributions, eq:dae-product-gate, from logits; shape (batch, SIDE²)."""
    rows, columns = (tf.nn.softmax(logits) @ covering(patch) for logits in (row, column))
    return tf.reshape(rows[:, :, None] * columns[:, None, :], (-1, SIDE**2))


def joint_gate(position: tf.Tensor, patch: int) -> tf.Tensor:
    """The probability that each pixel lies in the patch, eq:dae-gate, from logits of all positions."""
    positions, covered = SIDE - patch + 1, covering(patch)
    probability = tf.reshape(tf.nn.softmax(position), (-1, positions, positions))
    return tf.reshape(tf.einsum("bkl,ki,lj->bij", probability, covered, covered), (-1, SIDE**2))


def dependence(position: tf.Tensor, patch: int) -> tf.Tensor:
    """Total variation between a distribution of the position and the product of its marginals, shape (batch,).

    This is the right-hand side of the bound eq:dae-product-gate.
    """
    positions = SIDE - patch + 1
    joint = tf.reshape(tf.nn.softmax(position), (-1, positions, positions))
    product = tf.reduce_sum(joint, 2, keepdims=True) * tf.reduce_sum(joint, 1, keepdims=True)
    return 0.5 * tf.reduce_sum(tf.abs(joint - product), axis=(1, 2))


def restore(noisy: tf.Tensor, estimate: tf.Tensor, probability: tf.Tensor) -> tf.Tensor:
    """eq:dae-gate: the estimate where the patch is, the input elsewhere."""
    return probability * estimate + (1 - probability) * noisy


def denoise(denoiser: keras.Model, noisy: tf.Tensor, patch: int) -> tf.Tensor:
    """The restored images, values in [0, 1]."""
    prediction = Prediction(*denoiser(noisy))
    return restore(noisy, tf.sigmoid(prediction.estimate), gate(prediction.row, prediction.column, patch))


def most_probable(position: tf.Tensor, patch: int) -> tf.Tensor:
    """The most probable row and column of a joint distribution of the position, int64 of shape (batch, 2)."""
    best: Any = tf.argmax(position, axis=1)
    positions = SIDE - patch + 1
    return tf.stack([best // positions, best % positions], axis=1)


def denoising_loss(
    prediction: Prediction, clean: tf.Tensor, mask: tf.Tensor, position: tf.Tensor, position_weight: float
) -> tf.Tensor:
    """Cross-entropy of the pixels in the patch, eq:dae-cross-entropy, plus that of the position.

    Its minimiser gives what eq:dae-gate combines: the mean of a pixel, given the noisy
    image and that the patch covers the pixel, and the distributions of the patch's row and
    column. Returns a scalar in nats per pixel of the patch.
    """
    pixel = tf.nn.sigmoid_cross_entropy_with_logits(clean, prediction.estimate)
    weight = tf.cast(mask, pixel.dtype)
    inside = tf.reduce_sum(weight * pixel) / tf.reduce_sum(weight)
    located = tf.nn.sparse_softmax_cross_entropy_with_logits(position[:, 0], prediction.row)
    located += tf.nn.sparse_softmax_cross_entropy_with_logits(position[:, 1], prediction.column)
    return inside + position_weight * tf.reduce_mean(located)


def plain_loss(logits: tf.Tensor, clean: tf.Tensor) -> tf.Tensor:
    """Cross-entropy of all pixels, the loss of alg:dae; a scalar in nats per pixel."""
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(clean, logits))


def position_loss(logits: tf.Tensor, position: tf.Tensor, patch: int) -> tf.Tensor:
    """Cross-entropy of the position among all positions; a scalar in nats per image."""
    number = (SIDE - patch + 1) * position[:, 0] + position[:, 1]
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(number, logits))
