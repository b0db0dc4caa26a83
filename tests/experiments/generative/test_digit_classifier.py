"""The classifier: shapes, parameters, initial weights."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from experiments.generative.digit_classifier import build_classifier


def test_layers_halve_the_image_and_end_in_features_and_logits() -> None:
    classifier = build_classifier((4, 8), 16, seed=0)
    features, logits = classifier(tf.zeros((3, 28, 28, 1)))
    assert features.shape == (3, 16)
    assert logits.shape == (3, 10)
    assert classifier.count_params() == (25 * 4 + 4) + (9 * 4 * 8 + 8) + (49 * 8 * 16 + 16) + (16 * 10 + 10)
    again, other = build_classifier((4, 8), 16, seed=0), build_classifier((4, 8), 16, seed=1)
    np.testing.assert_array_equal(classifier.get_weights()[0], again.get_weights()[0])
    assert not np.array_equal(classifier.get_weights()[0], other.get_weights()[0])
