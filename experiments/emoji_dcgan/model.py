"""The two networks, layer by layer as in the course's tables.

All kernels are 4×4, without biases. The generator has 370,624 parameters and the discriminator 167,872, including the
scales and shifts of the batch normalisation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from experiments.emoji_dcgan.convolution import KERNEL, STRIDE, MatrixConv2D, MatrixConv2DTranspose
from experiments.emoji_dcgan.normalisation import BatchNorm

SIDE, COLOURS = 32, 3
EPSILON = 1e-5
"""Added to the variance in batch normalisation."""
INITIAL_DEVIATION = 0.02
"""Standard deviation of the kernels' initial weights, normal around 0 (Radford et al. 2016)."""
GENERATOR_CHANNELS = (128, 64, 32)
"""Channels of the generator's images of side 4, 8 and 16."""
DISCRIMINATOR_CHANNELS = (32, 64, 128)
"""Channels of the discriminator's images of side 16, 8 and 4."""


def convolution(layer: Callable[..., Any], channels: int, name: str, seed: int, *, same: bool = True) -> Any:
    """A layer with a 4×4 kernel: stride 2 and "same" padding (the tables' padding of 1), or stride 1 and no padding."""
    initial: Any = keras.initializers.RandomNormal(0.0, INITIAL_DEVIATION, seed=seed)
    strides, padding = (STRIDE, "same") if same else (1, "valid")
    return layer(channels, KERNEL, strides, padding, use_bias=False, kernel_initializer=initial, name=name)


def normalise_and_rectify(images: Any, name: str) -> Any:
    """Batch normalisation, then ReLU."""
    normalised = BatchNorm(epsilon=EPSILON, name=f"norm_{name}")(images)
    return keras.layers.ReLU(name=f"relu_{name}")(normalised)


def build_generator(latent_dim: int, seed: int, name: str = "generator") -> keras.Model:
    """Latent codes of shape (batch, latent_dim) to images of shape (batch, 32, 32, 3) in (−1, 1)."""
    first, *inner = GENERATOR_CHANNELS
    latent = keras.Input((latent_dim,), name="latent")
    pixel = keras.layers.Reshape((1, 1, latent_dim), name="pixel")(latent)
    code = convolution(MatrixConv2DTranspose, first, "conv_1", 1000 * seed, same=False)(pixel)
    code = normalise_and_rectify(code, "1")
    for number, channels in enumerate(inner, start=2):
        code = convolution(keras.layers.Conv2DTranspose, channels, f"conv_{number}", 1000 * seed + number)(code)
        code = normalise_and_rectify(code, str(number))
    image = convolution(MatrixConv2DTranspose, COLOURS, "conv_4", 1000 * seed + 4)(code)
    return keras.Model(latent, keras.layers.Activation("tanh", name="image")(image), name=name)


def build_discriminator(seed: int) -> keras.Model:
    """Images of shape (batch, 32, 32, 3) in [−1, 1] to scores of shape (batch, 1, 1, 1).

    The score is linear, because a sigmoid would saturate under the least-squares loss.
    """
    image = keras.Input((SIDE, SIDE, COLOURS), name="image")
    code = image
    for number, channels in enumerate(DISCRIMINATOR_CHANNELS, start=1):
        layer = MatrixConv2D if number == 1 else keras.layers.Conv2D
        code = convolution(layer, channels, f"conv_{number}", 1000 * seed + 100 + number)(code)
        code = normalise_and_rectify(code, str(number))
    score = convolution(MatrixConv2D, 1, "score", 1000 * seed + 104, same=False)(code)
    return keras.Model(image, score, name="discriminator")
