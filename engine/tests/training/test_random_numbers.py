"""Random numbers: their distributions, and that they depend on the key only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")
pytest.importorskip("scipy")

import tensorflow as tf
from scipy import stats

from texloom.training import loop
from texloom.training.random_numbers import draw_integers, draw_normal, draw_uniform, draw_words

SHAPE = (20_000, 2)
DRAWS: dict[str, Callable[[Any], tf.Tensor]] = {
    "uniform": lambda key: draw_uniform(SHAPE, key, -1.0, 1.0),
    "normal": lambda key: draw_normal(SHAPE, key),
    "integers": lambda key: draw_integers(SHAPE, key, 21),
    "words": lambda key: draw_words(SHAPE, key),
}
EXPECTED = {
    "uniform": stats.uniform(-1, 2),
    "normal": stats.norm(),
    "integers": stats.uniform(0, 21),
    "words": stats.uniform(0, 2**32),
}


@pytest.mark.parametrize("name", DRAWS)
def test_the_key_alone_decides(name: str) -> None:
    first, again, other = (DRAWS[name](loop.step_seed(3, iteration)).numpy() for iteration in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert np.mean(first == other) < 0.1


@pytest.mark.parametrize("name", DRAWS)
def test_numbers_have_their_distribution_and_columns_are_independent(name: str) -> None:
    drawn = DRAWS[name](loop.step_seed(0, 1)).numpy().astype(np.float64)
    if name == "integers":
        assert set(np.unique(drawn)) == set(range(21))
        drawn += np.random.default_rng(0).uniform(size=drawn.shape)  # makes them continuous
    assert stats.kstest(drawn.ravel(), EXPECTED[name].cdf).pvalue > 1e-3
    left, right = (column - column.mean() for column in drawn.T)
    assert abs(np.mean(left * right)) / (left.std() * right.std()) < 4 / np.sqrt(len(drawn))


def test_inside_a_compiled_step_the_numbers_are_the_same() -> None:
    """A step is compiled as a whole; evaluation draws outside compiled code."""
    inside = tf.function(lambda key: 2.0 * draw_uniform((64,), key), jit_compile=True, autograph=False)
    key = loop.step_seed(1, 2)
    np.testing.assert_array_equal(inside(key), 2.0 * draw_uniform((64,), key))


def test_many_shapes_make_no_warnings(caplog: pytest.LogCaptureFixture) -> None:
    """TensorFlow warns if one function is traced five times; drawing six shapes must not cause this warning."""
    caplog.set_level("WARNING", "tensorflow")
    tf.get_logger().propagate = True
    for count in range(40, 60):
        draw_uniform((count, 3), loop.step_seed(0, count))
    assert caplog.text == ""
