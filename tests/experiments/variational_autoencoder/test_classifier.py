"""The judge of the interpolates: it learns what there is to learn, and smoothing keeps it from being sure."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from experiments.variational_autoencoder.classifier import build_classifier, make_step
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
