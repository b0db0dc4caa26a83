"""A network of known size, and a loss computed by hand."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from experiments.my_experiment.model import build_network, squared_error


def test_shape_and_number_of_parameters() -> None:
    network = build_network((5, 7), seed=0)
    assert network(tf.zeros((3, 1))).shape == (3, 1)
    assert network.count_params() == (1 + 1) * 5 + (5 + 1) * 7 + (7 + 1) * 1


def test_one_unit_computes_a_scaled_tanh() -> None:
    network = build_network((1,), seed=0)
    one, zero = np.ones((1, 1)), np.zeros(1)
    network.set_weights([one, zero, 3 * one, zero])
    np.testing.assert_allclose(network(np.array([[0.5]])), [[3 * np.tanh(0.5)]], rtol=1e-6)


def test_the_seed_decides_the_first_weights() -> None:
    first, again, other = (build_network((4,), seed).get_weights()[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_squared_error_by_hand() -> None:
    assert float(squared_error(tf.constant([[1.0], [2.0]]), tf.constant([[0.0], [4.0]]))) == (1 + 4) / 2
