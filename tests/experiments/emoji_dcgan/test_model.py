"""The networks, as the tables of the course define them."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from experiments.emoji_dcgan.model import (
    INITIAL_DEVIATION,
    build_discriminator,
    build_generator,
)
from texloom.training.architecture import describe


@pytest.fixture(scope="module")
def generator() -> keras.Model:
    return build_generator(100, seed=0)


@pytest.fixture(scope="module")
def discriminator() -> keras.Model:
    return build_discriminator(seed=0)


def kernels(network: keras.Model) -> list[tuple[int, ...]]:
    return [weight.shape for weight in network.trainable_variables if len(weight.shape) == 4]


def test_parameters_are_those_of_the_course(generator: keras.Model, discriminator: keras.Model) -> None:
    assert describe(generator)[-1]["parameters"] == 370_624
    assert describe(discriminator)[-1]["parameters"] == 167_872
    assert kernels(generator) == [(4, 4, 128, 100), (4, 4, 64, 128), (4, 4, 32, 64), (4, 4, 3, 32)]
    assert kernels(discriminator) == [(4, 4, 3, 32), (4, 4, 32, 64), (4, 4, 64, 128), (4, 4, 128, 1)]


def test_shapes_on_the_way(generator: keras.Model, discriminator: keras.Model) -> None:
    sides = [row["shape"][0] for row in describe(generator) if "Conv" in row["layer"]]
    assert sides == [4, 8, 16, 32]
    sides = [row["shape"][0] for row in describe(discriminator) if "Conv" in row["layer"]]
    assert sides == [16, 8, 4, 1]


def test_no_bias_and_no_normalisation_at_the_ends(generator: keras.Model, discriminator: keras.Model) -> None:
    for network in (generator, discriminator):
        layers = [row["layer"] for row in describe(network)]
        assert layers.count("BatchNorm") == layers.count("ReLU") == 3
        assert not any("bias" in weight.path for weight in network.weights)


def test_images_lie_between_minus_one_and_one_and_scores_are_linear(
    generator: keras.Model, discriminator: keras.Model
) -> None:
    images = generator(tf.random.stateless_uniform((8, 100), (0, 1), -1.0, 1.0), training=True)
    assert images.shape == (8, 32, 32, 3)
    assert float(tf.reduce_max(tf.abs(images))) < 1
    first = discriminator(images, training=True)
    weight = discriminator.get_layer("score").kernel
    weight.assign(-50.0 * weight)
    np.testing.assert_allclose(discriminator(images, training=True), -50 * first, rtol=1e-3, atol=1e-5)
    weight.assign(weight / -50.0)


def test_another_seed_other_weights() -> None:
    one, same, other = (build_generator(10, seed) for seed in (0, 0, 1))
    for a, b, c in zip(*(each.trainable_variables for each in (one, same, other)), strict=True):
        np.testing.assert_array_equal(a, b)
        assert len(a.shape) == 1 or not np.array_equal(a, c)


def test_kernels_start_normal(generator: keras.Model, discriminator: keras.Model) -> None:
    for network in (generator, discriminator):
        for weight in network.trainable_variables:
            if len(weight.shape) == 4:
                values = np.asarray(weight).ravel() / INITIAL_DEVIATION
                assert abs(values.mean()) < 5 / np.sqrt(values.size)
                assert abs(values.std() - 1) < 5 / np.sqrt(2 * values.size)
                assert np.abs(values).max() > 2.5  # neither uniform nor truncated
