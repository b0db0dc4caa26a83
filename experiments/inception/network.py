"""InceptionV3 for inference (Szegedy et al. 2016), with batch normalisation folded into the convolutions.

The convolutions are numbered in the order in which `keras.applications.InceptionV3` creates them; the names of the
weights contain these numbers. Plain TensorFlow operations, run as a graph, are a third faster here than `predict` of
the Keras model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

import numpy as np
import tensorflow as tf

CONVOLUTIONS = 94
EPSILON = 1e-3
"""Keras's InceptionV3 adds this to the variance in batch normalisation."""
SIDE = 299

Weights = Mapping[str, np.ndarray]
Padding = Literal["SAME", "VALID"]


class Convolution(NamedTuple):
    """A convolution with the batch normalisation that follows it: kernel (h, w, in, out) and bias (out,)."""

    kernel: tf.Tensor
    bias: tf.Tensor


def fold(kernel: np.ndarray, beta: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> Convolution:
    """The convolution that equals `kernel` followed by batch normalisation with fixed statistics: exact."""
    factor = 1 / np.sqrt(variance.astype(np.float64) + EPSILON)
    return Convolution(tf.constant(kernel * factor, tf.float32), tf.constant(beta - mean * factor, tf.float32))


def folded_convolutions(weights: Weights) -> list[Convolution]:
    """All convolutions in the order of creation."""
    convolutions = []
    for i in range(1, CONVOLUTIONS + 1):
        beta, mean, variance = (
            weights[f"batch_normalization_{i}/{name}"] for name in ("beta", "moving_mean", "moving_variance")
        )
        convolutions.append(fold(weights[f"conv2d_{i}/kernel"], beta, mean, variance))
    return convolutions


def build_inception_v3(weights: Weights) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """From pixels (0 to 255, shape (n, h, w, 3)) to features (n, 2048) and class probabilities (n, classes).

    As in the package with the weights, images are resized bilinearly with aligned corners and scaled to [0, 1].
    """
    convolutions = folded_convolutions(weights)
    head = [(tf.constant(weights[f"dense_{i}/kernel"]), tf.constant(weights[f"dense_{i}/bias"])) for i in (1, 2, 3)]

    def network(pixels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        resized = tf.raw_ops.ResizeBilinear(images=pixels, size=(SIDE, SIDE), align_corners=True)
        features = convolutional_part(resized / 255.0, convolutions)
        return features, classify(features, head)

    return network


def classify(features: tf.Tensor, layers: list[tuple[tf.Tensor, tf.Tensor]]) -> tf.Tensor:
    """Fully connected layers with ReLU between them and softmax at the end."""
    for kernel, bias in layers[:-1]:
        features = tf.nn.relu(features @ kernel + bias)
    kernel, bias = layers[-1]
    return tf.nn.softmax(features @ kernel + bias)


def convolutional_part(image: tf.Tensor, convolutions: list[Convolution]) -> tf.Tensor:
    """Images of shape (n, 299, 299, 3) to the mean over the last 8×8 map, shape (n, 2048)."""
    following = iter(convolutions)
    x = stem(image, following)
    for _ in range(3):
        x = block_35(x, following)
    x = reduction_17(x, following)
    for _ in range(4):
        x = block_17(x, following)
    x = reduction_8(x, following)
    for _ in range(2):
        x = block_8(x, following)
    return tf.reduce_mean(x, axis=(1, 2))


def convolve(
    x: tf.Tensor, following: Iterator[Convolution], *, stride: int = 1, padding: Padding = "SAME"
) -> tf.Tensor:
    """The next convolution, its bias and ReLU."""
    kernel, bias = next(following)
    return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, stride, padding), bias))


def tower(x: tf.Tensor, following: Iterator[Convolution], depth: int) -> tf.Tensor:
    """A sequence of `depth` convolutions."""
    for _ in range(depth):
        x = convolve(x, following)
    return x


def pool_and_convolve(x: tf.Tensor, following: Iterator[Convolution]) -> tf.Tensor:
    """Average pooling and a 1×1 convolution in reverse order: both are linear, and pooling then has fewer channels."""
    kernel, bias = next(following)
    pooled = tf.nn.avg_pool2d(tf.nn.conv2d(x, kernel, 1, "SAME"), 3, 1, "SAME")
    return tf.nn.relu(tf.nn.bias_add(pooled, bias))


def shrink(x: tf.Tensor) -> tf.Tensor:
    """The maximum over 3×3 pixels, with stride 2."""
    return tf.nn.max_pool2d(x, 3, 2, "VALID")


def stem(x: tf.Tensor, following: Iterator[Convolution]) -> tf.Tensor:
    """299×299×3 to 35×35×192."""
    x = convolve(x, following, stride=2, padding="VALID")
    x = convolve(x, following, padding="VALID")
    x = shrink(convolve(x, following))
    x = convolve(x, following, padding="VALID")
    return shrink(convolve(x, following, padding="VALID"))


def block_35(x: tf.Tensor, following: Iterator[Convolution]) -> tf.Tensor:
    """mixed0 to mixed2, on 35×35."""
    towers = [tower(x, following, depth) for depth in (1, 2, 3)]
    return tf.concat([*towers, pool_and_convolve(x, following)], axis=3)


def reduction_17(x: tf.Tensor, following: Iterator[Convolution]) -> tf.Tensor:
    """mixed3, 35×35 to 17×17."""
    single = convolve(x, following, stride=2, padding="VALID")
    double = convolve(tower(x, following, 2), following, stride=2, padding="VALID")
    return tf.concat([single, double, shrink(x)], axis=3)


def block_17(x: tf.Tensor, following: Iterator[Convolution]) -> tf.Tensor:
    """mixed4 to mixed7, on 17×17."""
    towers = [tower(x, following, depth) for depth in (1, 3, 5)]
    return tf.concat([*towers, pool_and_convolve(x, following)], axis=3)


def reduction_8(x: tf.Tensor, following: Iterator[Convolution]) -> tf.Tensor:
    """mixed8, 17×17 to 8×8."""
    towers = [convolve(tower(x, following, depth), following, stride=2, padding="VALID") for depth in (1, 3)]
    return tf.concat([*towers, shrink(x)], axis=3)


def block_8(x: tf.Tensor, following: Iterator[Convolution]) -> tf.Tensor:
    """mixed9 and mixed10, on 8×8; two branches split at their end."""
    branches = [convolve(x, following)]
    for depth in (1, 2):
        trunk = tower(x, following, depth)
        branches += [convolve(trunk, following), convolve(trunk, following)]
    return tf.concat([*branches, pool_and_convolve(x, following)], axis=3)
