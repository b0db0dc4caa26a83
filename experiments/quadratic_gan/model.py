"""The two networks and the two pairs of losses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

FEATURES = 2
"""Units of the discriminator's third hidden layer: a plane, so that it can be drawn."""


def dense(units: int, name: str, seed: int, activation: str | None = None) -> keras.layers.Dense:
    """A fully connected layer with Glorot's uniform weights."""
    initializer: Any = keras.initializers.GlorotUniform(seed=seed)
    return keras.layers.Dense(units, activation, kernel_initializer=initializer, name=name)


def build_generator(latent_dim: int, hidden: Sequence[int], seed: int) -> keras.Model:
    """A latent code of shape (batch, latent_dim) to a point of the plane, shape (batch, 2)."""
    latent = keras.Input((latent_dim,), name="latent")
    code = latent
    for index, units in enumerate(hidden):
        code = dense(units, f"hidden_{index + 1}", 1000 * seed + index, "leaky_relu")(code)
    point = dense(2, "point", 1000 * seed + len(hidden))(code)
    return keras.Model(latent, point, name="generator")


def build_discriminator(hidden: Sequence[int], seed: int) -> keras.Model:
    """Points of shape (batch, 2) to scores of shape (batch, 1) and the third layer's features, shape (batch, FEATURES).

    The third layer and the score are linear, as in the tutorial: all that the last layer can draw in the feature plane
    is a straight line. The score is a logit under the cross-entropy.
    """
    point = keras.Input((2,), name="point")
    code = point
    for index, units in enumerate(hidden):
        code = dense(units, f"hidden_{index + 1}", 1000 * seed + 100 + index, "leaky_relu")(code)
    features = dense(FEATURES, "features", 1000 * seed + 200)(code)
    score = dense(1, "score", 1000 * seed + 201)(features)
    return keras.Model(point, [score, features], name="discriminator")


class AdversarialLoss(NamedTuple):
    """What each player minimises, as functions of scores of shape (batch, 1); both return a scalar."""

    discriminator: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
    """(real scores, fake scores) to the discriminator's loss."""
    generator: Callable[[tf.Tensor], tf.Tensor]
    """Fake scores to the generator's loss."""


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
