"""The two likelihoods p(x | z): how the model observes an image, and its probability given the decoder's output."""

from __future__ import annotations

from collections.abc import Callable
from math import log, pi
from typing import Any, Protocol

import keras
import tensorflow as tf

from texloom.training.random_numbers import draw_words


class Likelihood(Protocol):
    """The functions of p(x | z) that a variational autoencoder uses."""

    variables: list[Any]
    """Trainable scalars of the likelihood itself."""

    def observe(self, images: tf.Tensor, key: Any) -> tf.Tensor:
        """The data points that the model observes for images with values in [0, 1], shape (batch, d)."""
        ...

    def log_density(self, x: tf.Tensor, output: tf.Tensor) -> tf.Tensor:
        """ln p(x | z) in nats for the decoder's output, summed over the last axis; the other axes broadcast."""
        ...

    def mean(self, output: tf.Tensor) -> tf.Tensor:
        """E[x | z], the decoded image, in the shape of `output`."""
        ...


class Bernoulli:
    """Independent binary pixels; the decoder gives their logits.

    Images are binarised again each time they are used: a pixel is 1 with a probability equal to its intensity
    (Salakhutdinov and Murray 2008; "dynamic" in Burda et al. 2016).
    """

    def __init__(self) -> None:
        self.variables: list[Any] = []

    def observe(self, images: tf.Tensor, key: Any) -> tf.Tensor:
        return binarise(images, key)

    def log_density(self, x: tf.Tensor, output: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(x * output - softplus(output), axis=-1)

    def mean(self, output: tf.Tensor) -> tf.Tensor:
        return tf.sigmoid(output)


class Gaussian:
    """N(f(z), C I), the likelihood of eq:vi-objective; the decoder gives f(z), and images are used unchanged.

    variance: C, fixed; or None to learn it as one scalar, starting at 0.1.
    """

    def __init__(self, variance: float | None = None) -> None:
        initial: Any = keras.initializers.Constant(log(variance or 0.1))
        self.log_variance: Any = keras.Variable(
            initial, shape=(), dtype="float32", trainable=variance is None, name="log_variance"
        )
        self.variables = [self.log_variance] if variance is None else []

    @property
    def variance(self) -> float:
        """C, the variance of one coordinate."""
        return float(tf.exp(self.log_variance))

    def observe(self, images: tf.Tensor, key: Any) -> tf.Tensor:  # noqa: ARG002
        return images

    def log_density(self, x: tf.Tensor, output: tf.Tensor) -> tf.Tensor:
        log_variance = tf.convert_to_tensor(self.log_variance)
        squared = (x - output) ** 2 * tf.exp(-log_variance)
        return -0.5 * tf.reduce_sum(squared + log(2 * pi) + log_variance, axis=-1)

    def mean(self, output: tf.Tensor) -> tf.Tensor:
        return output


LIKELIHOODS: dict[str, Callable[[float | None], Likelihood]] = {
    "bernoulli": lambda _: Bernoulli(),
    "gaussian": Gaussian,
}
"""The likelihoods by the option's name, as functions of C."""


def softplus(values: tf.Tensor) -> tf.Tensor:
    """ln(1 + eˣ) to 6e-8; XLA's own takes twice as long, because its relative error is small also near 0."""
    return tf.maximum(values, 0.0) + tf.math.log(1.0 + tf.exp(-tf.abs(values)))


@tf.function(jit_compile=True)
def binarise(images: tf.Tensor, key: Any) -> tf.Tensor:
    """0 or 1 for each intensity in [0, 1], float32 of the same shape (n, d); the intensity is the probability of 1.

    Each pixel is compared with 16 random bits, so its probability is accurate to 2⁻¹⁶, and exact for black and white.
    This halves the random numbers and saves an eighth of the training time.
    """
    shape: Any = images.shape
    count, size = shape
    words = draw_words((count, -(-size // 2)), key)
    low = tf.bitwise.bitwise_and(words, tf.constant(0xFFFF, tf.uint32))
    high = tf.bitwise.right_shift(words, tf.constant(16, tf.uint32))
    level = tf.cast(tf.cast(tf.concat([low, high], axis=1)[:, :size], tf.int32), tf.float32)
    return tf.cast(level < images * 65536.0, tf.float32)
