"""The two networks."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from texloom.training.networks import dense, perceptron

FEATURES = 2
"""Number of units of the discriminator's third hidden layer: two, so that its features can be plotted."""


def build_generator(latent_dim: int, hidden: Sequence[int], seed: int) -> keras.Model:
    """From latent codes of shape (batch, latent_dim) to points of the plane, shape (batch, 2)."""
    latent, code = perceptron(latent_dim, hidden, "leaky_relu", 1000 * seed, "latent")
    point = dense(2, "point", 1000 * seed + len(hidden))(code)
    return keras.Model(latent, point, name="generator")


def build_discriminator(hidden: Sequence[int], seed: int) -> keras.Model:
    """From points of shape (batch, 2) to scores (batch, 1) and the third layer's features (batch, FEATURES).

    The third layer and the score are linear, as in the tutorial, so the decision boundary in the feature plane is a
    straight line. Under the cross-entropy the score is a logit.
    """
    point, code = perceptron(2, hidden, "leaky_relu", 1000 * seed + 100, "point")
    features = dense(FEATURES, "features", 1000 * seed + 200)(code)
    score = dense(1, "score", 1000 * seed + 201)(features)
    return keras.Model(point, [score, features], name="discriminator")
