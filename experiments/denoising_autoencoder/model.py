"""The denoiser, a multilayer perceptron with two outputs, and its loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import keras
import tensorflow as tf

from experiments.datasets.mnist import SIDE
from texloom.training.networks import dense, perceptron


class Prediction(NamedTuple):
    """What the network says of a batch of noisy images, all as logits."""

    estimate: tf.Tensor
    """The pixel under the noise, shape (batch, SIDE²)."""
    row: tf.Tensor
    """The patch's first row, shape (batch, positions)."""
    column: tf.Tensor
    """The patch's first column, shape (batch, positions)."""


def build_denoiser(hidden: Sequence[int], patch: int, seed: int) -> keras.Model:
    """A perceptron from SIDE² pixels to an estimate of every pixel and to the patch's position."""
    positions = SIDE - patch + 1
    noisy, code = perceptron(SIDE**2, hidden, "gelu", 1000 * seed, "noisy")
    heads = [
        dense(SIDE**2, "estimate", 1000 * seed + 100)(code),
        dense(positions, "row", 1000 * seed + 101)(code),
        dense(positions, "column", 1000 * seed + 102)(code),
    ]
    return keras.Model(noisy, heads, name="denoiser")


def gate(row: tf.Tensor, column: tf.Tensor, patch: int) -> tf.Tensor:
    """The probability that each pixel lies in the patch, shape (batch, SIDE²), below eq:dae-gate."""
    starts = tf.range(SIDE - patch + 1)[:, None]
    offset = tf.range(SIDE)[None, :] - starts
    covered = tf.cast((offset >= 0) & (offset < patch), row.dtype)  # (positions, SIDE)
    rows, columns = tf.nn.softmax(row) @ covered, tf.nn.softmax(column) @ covered
    return tf.reshape(rows[:, :, None] * columns[:, None, :], (-1, SIDE**2))


def denoise(denoiser: keras.Model, noisy: tf.Tensor, patch: int) -> tf.Tensor:
    """The restored images, values in [0, 1], eq:dae-gate: the estimate where the patch is, the input elsewhere."""
    prediction = Prediction(*denoiser(noisy))
    probability = gate(prediction.row, prediction.column, patch)
    return probability * tf.sigmoid(prediction.estimate) + (1 - probability) * noisy


def locate(denoiser: keras.Model, noisy: tf.Tensor) -> tf.Tensor:
    """The most probable row and column of the patch's first pixel, int32 of shape (batch, 2)."""
    prediction = Prediction(*denoiser(noisy))
    best = [tf.argmax(logits, axis=1, output_type=tf.int32) for logits in (prediction.row, prediction.column)]
    return tf.stack(best, axis=1)


def denoising_loss(
    prediction: Prediction, clean: tf.Tensor, mask: tf.Tensor, position: tf.Tensor, position_weight: float
) -> tf.Tensor:
    """Cross-entropy of the pixels in the patch, eq:dae-cross-entropy, plus that of the position.

    Its minimiser is what eq:dae-gate combines: the mean of a pixel given the noisy image and that the patch covers it,
    and the distributions of the patch's row and column. Returns a scalar in nats a pixel of the patch.
    """
    pixel = tf.nn.sigmoid_cross_entropy_with_logits(clean, prediction.estimate)
    weight = tf.cast(mask, pixel.dtype)
    inside = tf.reduce_sum(weight * pixel) / tf.reduce_sum(weight)
    located = tf.nn.sparse_softmax_cross_entropy_with_logits(position[:, 0], prediction.row)
    located += tf.nn.sparse_softmax_cross_entropy_with_logits(position[:, 1], prediction.column)
    return inside + position_weight * tf.reduce_mean(located)
