"""Stateless random numbers: the same key, the same numbers, whatever was drawn before.

By Threefry (Salmon et al. 2011), which TensorFlow offers only where XLA compiles; in XLA's loops on the CPU it is
several times as fast as the default generator. Keys are int32 of shape (2,), as `loop.step_seed` makes them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import tensorflow as tf

GENERATOR = "threefry"


@cache
def _compiled(draw: Callable[..., tf.Tensor], shape: tuple[int, ...], *limits: Any) -> Callable[[Any], tf.Tensor]:
    """`draw` of one shape as a compiled function of the key, traced here: calls would warn of retracing."""
    function = tf.function(lambda key: draw(shape, key, *limits, alg=GENERATOR), jit_compile=True, autograph=False)
    return function.get_concrete_function(tf.TensorSpec((2,), tf.int32))


def draw_uniform(shape: Any, key: Any, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """Independent numbers, uniform in [low, high), float32 of the given shape."""
    return _compiled(tf.random.stateless_uniform, tuple(shape), low, high)(key)


def draw_normal(shape: Any, key: Any) -> tf.Tensor:
    """Independent standard normal numbers, float32 of the given shape."""
    return _compiled(tf.random.stateless_normal, tuple(shape))(key)


def draw_integers(shape: Any, key: Any, below: int) -> tf.Tensor:
    """Independent integers, uniform in [0, below), int32 of the given shape."""
    return _compiled(tf.random.stateless_uniform, tuple(shape), 0, below, tf.int32)(key)


def draw_words(shape: Any, key: Any) -> tf.Tensor:
    """Independent words of 32 random bits, uint32 of the given shape."""
    everything: Any = None  # all values of the type
    return _compiled(tf.random.stateless_uniform, tuple(shape), everything, everything, tf.uint32)(key)
