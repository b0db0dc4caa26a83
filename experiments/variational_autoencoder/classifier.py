"""Two digit classifiers, trained on the training images, that decide whether an interpolate is a digit.

They are of different kinds, a perceptron with smoothed labels and a convolutional network with plain labels, so that
the results do not depend on a single kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from experiments.datasets.mnist import DIGITS, SIDE
from experiments.generative.digit_classifier import build_classifier as build_digit_classifier
from experiments.variational_autoencoder.networks import build_optimizer
from texloom.training import loop
from texloom.training.networks import dense, descend, perceptron

AT_ONCE = 200
"""Number of images classified at a time."""
FEATURES = 128
"""Units of the convolutional network's last hidden layer."""


@dataclass(frozen=True)
class Classifier:
    """A network from rows of pixels to the digits' logits, and its optimiser."""

    network: keras.Model
    optimizer: keras.Optimizer
    smoothing: float
    """The fraction of a label's probability that is spread over all digits (Szegedy et al. 2016); without it a
    perceptron is overconfident."""

    @property
    def state(self) -> list[Any]:
        """All variables, to be stored in a checkpoint."""
        return [*self.network.variables, *self.optimizer.variables]

    def make_classify(self) -> Callable[[np.ndarray], np.ndarray]:
        """From rows of pixels in [0, 1], shape (n, size), to the digits' probabilities, shape (n, DIGITS)."""
        compiled = tf.function(
            lambda pixels: tf.nn.softmax(self.network(pixels)), autograph=False, reduce_retracing=True
        )

        def classify(pixels: np.ndarray) -> np.ndarray:
            starts = range(0, len(pixels), AT_ONCE)
            parts = [compiled(tf.constant(pixels[start : start + AT_ONCE], tf.float32)) for start in starts]
            return np.concatenate([np.asarray(part) for part in parts])

        return classify


def build_classifier(
    size: int, hidden: Sequence[int], rate: float, steps: int, smoothing: float, seed: int
) -> Classifier:
    """Initial weights of `seed`, for images of `size` pixels."""
    pixels, features = perceptron(size, hidden, "gelu", 1000 * seed + 500)
    network = keras.Model(pixels, dense(DIGITS, "digit", 1000 * seed + 600)(features), name="classifier")
    return Classifier(network, build_optimizer(rate, steps, network.trainable_variables), smoothing)


def build_convolutional(filters: Sequence[int], rate: float, steps: int, seed: int) -> Classifier:
    """Initial weights of `seed`, for images of SIDE² pixels."""
    pixels = keras.Input((SIDE * SIDE,), name="pixels")
    network = build_digit_classifier(filters, FEATURES, 10 + seed)
    _, logits = network(keras.layers.Reshape((SIDE, SIDE, 1), name="image")(pixels))
    network = keras.Model(pixels, logits, name="convolutional")
    return Classifier(network, build_optimizer(rate, steps, network.trainable_variables), smoothing=0.0)


def make_step(classifier: Classifier, images: tf.Tensor, labels: np.ndarray) -> loop.Step:
    """A training step on the cross-entropy; images of shape (n, size), labels of shape (n,)."""
    digits, weights = tf.constant(labels, tf.int32), classifier.network.trainable_variables

    def step(_iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        target = tf.one_hot(tf.gather(digits, rows), DIGITS)
        target += classifier.smoothing * (1 / DIGITS - target)
        with tf.GradientTape() as tape:
            logits = classifier.network(tf.gather(images, rows), training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target, logits))
        descend(tape, loss, weights, classifier.optimizer)
        return {"loss": loss}

    return step
