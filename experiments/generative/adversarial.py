"""The losses of adversarial training, as functions of the discriminator's scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf


class AdversarialLoss(NamedTuple):
    """The losses that the two networks minimise, as functions of scores of shape (batch, …); both return a scalar."""

    discriminator: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
    """From (real scores, fake scores) to the discriminator's loss."""
    generator: Callable[[tf.Tensor], tf.Tensor]
    """From fake scores to the generator's loss."""


def cross_entropy_discriminator(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    """−E ln D(real) − E ln(1 − D(fake)) with D the sigmoid of the score, eq:lsgan-minimax with its sign changed."""
    return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))


def cross_entropy_generator(fake: tf.Tensor) -> tf.Tensor:
    """−E ln D(fake), the non-saturating loss."""
    return tf.reduce_mean(tf.nn.softplus(-fake))


def least_squares_discriminator(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    """½ E (D(real) − 1)² + ½ E D(fake)², eq:lsgan-discriminator with codes 0 and 1; D is the score itself."""
    return 0.5 * tf.reduce_mean((real - 1.0) ** 2) + 0.5 * tf.reduce_mean(fake**2)


def least_squares_generator(fake: tf.Tensor) -> tf.Tensor:
    """E (D(fake) − 1)², the loss of eq:lsgan-one-term."""
    return tf.reduce_mean((fake - 1.0) ** 2)


LOSSES = {
    "cross_entropy": AdversarialLoss(cross_entropy_discriminator, cross_entropy_generator),
    "least_squares": AdversarialLoss(least_squares_discriminator, least_squares_generator),
}
