"""The classifier of interpolates: it learns the patterns, and label smoothing limits its confidence."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from experiments.variational_autoencoder.classifier import build_classifier, build_convolutional, make_step
from texloom.training import loop

PATTERNS = np.eye(10, 30, dtype=np.float32)


def trained(smoothing: float) -> np.ndarray:
    """Probabilities of ten patterns after training on noisy copies of them."""
    labels = np.random.default_rng(0).integers(0, 10, 2000)
    images = PATTERNS[labels] + 0.05 * np.random.default_rng(1).normal(size=(2000, 30)).astype(np.float32)
    judge = build_classifier(30, (32,), 1e-2, 200, smoothing, seed=0)
    block = loop.compile_block(make_step(judge, tf.constant(images), labels), 200, with_batches=True)
    losses = block(tf.constant(0), tf.constant(loop.epoch_batches(0, 2000, 50)(0, 200)))["loss"].numpy()
    assert losses[-1] < losses[0] - 1
    return judge.make_classify()(PATTERNS)


def test_patterns_are_told_apart() -> None:
    probabilities = trained(0.0)
    np.testing.assert_array_equal(probabilities.argmax(1), np.arange(10))
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    assert probabilities.max(1).min() > 0.99


def test_smoothing_sets_the_confidence_of_what_is_certain() -> None:
    confidence = trained(0.2).max(1)
    assert confidence.mean() == pytest.approx(0.8 + 0.2 / 10, abs=0.02)


def test_the_convolutional_one_takes_rows_of_pixels() -> None:
    """The shapes are right, and rows are not confused with columns: an image and its transpose give other results."""
    classify = build_convolutional((4, 8), 1e-3, 10, seed=0).make_classify()
    images = np.random.default_rng(0).uniform(size=(450, 28, 28)).astype(np.float32)
    probabilities = classify(images.reshape(450, -1))
    assert probabilities.shape == (450, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(probabilities[200:], classify(images[200:].reshape(250, -1)), rtol=1e-4)
    assert np.abs(probabilities - classify(images.swapaxes(1, 2).reshape(450, -1))).max() > 1e-4
