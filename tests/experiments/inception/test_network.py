"""The folded InceptionV3 compared with Keras's own, with random weights and statistics."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from experiments.inception.network import (
    CONVOLUTIONS,
    SIDE,
    build_inception_v3,
    classify,
    convolutional_part,
    fold,
    folded_convolutions,
    pool_and_convolve,
)


def number(layer: keras.layers.Layer) -> int:
    """The number in a layer's name: Keras counts the layers of a kind, conv2d, conv2d_1, …, across all models."""
    ending = layer.name.rsplit("_", 1)[-1]
    return int(ending) if ending.isdigit() else 0


@pytest.fixture(scope="module")
def reference() -> tuple[keras.Model, dict[str, np.ndarray]]:
    """Keras's model with random normalisation, and its weights by the names used in the package."""
    no_weights: Any = None
    model = keras.applications.InceptionV3(include_top=False, pooling="avg", weights=no_weights)
    rng, weights = np.random.default_rng(0), {}
    layers = sorted(model.layers, key=number)
    convolutions = [layer for layer in layers if isinstance(layer, keras.layers.Conv2D)]
    normalisations = [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
    for i, (convolution, normalisation) in enumerate(zip(convolutions, normalisations, strict=True), start=1):
        (kernel,) = convolution.get_weights()
        kernel *= 1.6  # keeps the signal alive through 94 layers
        channels = kernel.shape[-1]
        statistics = [rng.normal(0, 0.2, channels), rng.normal(0, 0.1, channels), rng.uniform(0.5, 2, channels)]
        convolution.set_weights([kernel])
        normalisation.set_weights(statistics)
        weights[f"conv2d_{i}/kernel"] = kernel
        for name, values in zip(("beta", "moving_mean", "moving_variance"), statistics, strict=True):
            weights[f"batch_normalization_{i}/{name}"] = values.astype(np.float32)
    for i, (rows, columns) in enumerate(((2048, 7), (7, 6), (6, 5)), start=1):
        weights[f"dense_{i}/kernel"] = rng.normal(size=(rows, columns)).astype(np.float32)
        weights[f"dense_{i}/bias"] = rng.normal(size=columns).astype(np.float32)
    return model, weights


def test_features_are_those_of_keras(reference: tuple[keras.Model, dict[str, np.ndarray]]) -> None:
    model, weights = reference
    image = np.random.default_rng(1).uniform(-1, 1, (1, SIDE, SIDE, 3)).astype(np.float32)
    expected = np.asarray(model(image, training=False))
    found = convolutional_part(tf.constant(image), folded_convolutions(weights)).numpy()
    assert expected.std() > 0.1  # identical features would agree for any weights
    np.testing.assert_allclose(found, expected, atol=1e-4 * expected.std())
    assert len(folded_convolutions(weights)) == CONVOLUTIONS


def test_pixels_are_resized_with_aligned_corners_to_the_unit_interval(
    reference: tuple[keras.Model, dict[str, np.ndarray]],
) -> None:
    _, weights = reference
    pixels = np.random.default_rng(2).integers(0, 256, (1, 2, 2, 3)).astype(np.float32)
    ramp = np.linspace(0, 1, SIDE)
    rows = pixels[0, 0] * (1 - ramp)[:, None, None] + pixels[0, 1] * ramp[:, None, None]
    resized = (rows[:, 0:1] * (1 - ramp)[None, :, None] + rows[:, 1:] * ramp[None, :, None])[None] / 255
    features, posteriors = build_inception_v3(weights)(tf.constant(pixels))
    expected = convolutional_part(tf.constant(resized, tf.float32), folded_convolutions(weights)).numpy()
    np.testing.assert_allclose(features.numpy(), expected, atol=1e-4 * expected.std())
    assert posteriors.shape == (1, 5)


def test_folding_is_exact() -> None:
    rng = np.random.default_rng(0)
    kernel, image = rng.normal(size=(3, 3, 4, 6)), rng.normal(size=(2, 9, 9, 4)).astype(np.float32)
    beta, mean, variance = rng.normal(size=6), rng.normal(size=6), rng.uniform(0.1, 3, 6)
    folded = fold(kernel, beta, mean, variance)
    plain = tf.nn.conv2d(image, kernel.astype(np.float32), 1, "SAME").numpy()
    expected = (plain - mean) / np.sqrt(variance + 1e-3) + beta
    np.testing.assert_allclose(tf.nn.conv2d(image, folded.kernel, 1, "SAME") + folded.bias, expected, atol=1e-4)


def test_pooling_and_a_1x1_convolution_commute() -> None:
    rng = np.random.default_rng(0)
    folded = fold(rng.normal(size=(1, 1, 5, 3)), rng.normal(size=3), np.zeros(3), np.ones(3))
    image = tf.constant(rng.normal(size=(2, 7, 7, 5)), tf.float32)
    pooled = tf.nn.avg_pool2d(image, 3, 1, "SAME")
    expected = tf.nn.relu(tf.nn.conv2d(pooled, folded.kernel, 1, "SAME") + folded.bias)
    np.testing.assert_allclose(pool_and_convolve(image, iter([folded])), expected, atol=1e-5)


def test_the_classifier_is_a_perceptron() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(4, 6))
    layers = [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in ((6, 5), (5, 4), (4, 3))]
    value = features
    for kernel, bias in layers[:-1]:
        value = np.maximum(value @ kernel + bias, 0)
    logits = value @ layers[-1][0] + layers[-1][1]
    expected = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    tensors = [(tf.constant(kernel), tf.constant(bias)) for kernel, bias in layers]
    np.testing.assert_allclose(classify(tf.constant(features), tensors), expected, rtol=1e-10)
