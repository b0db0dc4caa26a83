"""Losses of scores, compared with values computed by hand."""

from __future__ import annotations

from math import exp, log

import pytest
import tensorflow as tf

from experiments.generative.adversarial import LOSSES


def test_cross_entropy_by_hand() -> None:
    real, fake = tf.constant([[0.0], [log(3)]]), tf.constant([[-log(3)], [0.0]])  # D = 1/2, 3/4 and 1/4, 1/2
    loss = LOSSES["cross_entropy"]
    expected = (log(2) + log(4 / 3)) / 2
    assert float(loss.discriminator(real, fake)) == pytest.approx(2 * expected)
    assert float(loss.generator(fake)) == pytest.approx((log(4) + log(2)) / 2)


def test_cross_entropy_of_huge_scores_is_finite() -> None:
    huge = tf.constant([[1e4]])
    assert float(LOSSES["cross_entropy"].discriminator(-huge, huge)) == pytest.approx(2e4)
    assert float(LOSSES["cross_entropy"].generator(huge)) == pytest.approx(exp(-1e4))


def test_least_squares_by_hand() -> None:
    real, fake = tf.constant([[1.0], [3.0]]), tf.constant([[0.0], [-2.0]])
    loss = LOSSES["least_squares"]
    assert float(loss.discriminator(real, fake)) == pytest.approx(0.5 * 2 + 0.5 * 2)
    assert float(loss.generator(fake)) == pytest.approx((1 + 9) / 2)
