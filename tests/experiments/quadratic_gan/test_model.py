"""Networks of known size, and the equilibria of their losses."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from experiments.generative.adversarial import LOSSES
from experiments.quadratic_gan.evaluation import EQUILIBRIUM
from experiments.quadratic_gan.model import FEATURES, build_discriminator, build_generator


def test_parameters_of_the_tutorial_s_networks() -> None:
    assert build_generator(2, (16, 16), seed=0).count_params() == 354
    assert build_discriminator((16, 16), seed=0).count_params() == 357


def test_shapes_and_the_plane_of_features() -> None:
    point = build_generator(3, (5, 7), seed=0)(tf.zeros((4, 3)))
    assert point.shape == (4, 2)
    score, features = build_discriminator((5, 7), seed=0)(point)
    assert (score.shape, features.shape) == ((4, 1), (4, FEATURES))
    assert FEATURES == 2


def test_the_score_is_linear_in_the_features() -> None:
    discriminator = build_discriminator((8, 8), seed=1)
    score, features = discriminator(tf.random.stateless_normal((50, 2), (0, 0)))
    kernel, bias = discriminator.get_layer("score").get_weights()
    np.testing.assert_allclose(score, features.numpy() @ kernel + bias, rtol=1e-5, atol=1e-6)


def test_hidden_units_are_leaky_by_a_fifth() -> None:
    generator = build_generator(1, (1, 1), seed=0)
    one, zero = np.ones((1, 1), np.float32), np.zeros(1, np.float32)
    generator.set_weights([one, zero, one, zero, np.array([[1.0, 2.0]]), np.zeros(2)])
    np.testing.assert_allclose(generator(np.array([[3.0], [-1.0]])), [[3.0, 6.0], [-0.04, -0.08]], rtol=1e-6)


def test_initial_weights_depend_on_the_seed_alone() -> None:
    first, again, other = (build_generator(2, (4, 4), seed).get_weights() for seed in (0, 0, 1))
    for one, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, same)
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize(("name", "score"), [("cross_entropy", 0.0), ("least_squares", 0.5)])
def test_equilibrium_is_the_loss_where_the_discriminator_says_one_half(name: str, score: float) -> None:
    scores = tf.fill((7, 1), score)
    values = float(LOSSES[name].discriminator(scores, scores)), float(LOSSES[name].generator(scores))
    assert values == pytest.approx(EQUILIBRIUM[name])
