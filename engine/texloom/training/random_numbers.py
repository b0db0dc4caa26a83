"""Stateless random numbers: the same key gives the same numbers, whatever was drawn before.

Uses Threefry (Salmon et al. 2011), which TensorFlow provides only in code compiled by XLA. In XLA's loops on the CPU it
is several times as fast as the default generator. Keys are int32 of shape (2,), as returned by `loop.step_seed`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import tensorflow as tf

GENERATOR = "threefry"


@cache
def _compiled(draw: Callable[..., tf.Tensor], shape: tuple[int, ...], *limits: Any) -> Callable[[Any], tf.Tensor]:
    """`draw` for one shape as a compiled function of the key; traced here to avoid warnings about retracing."""
    function = tf.function(lambda key: draw(shape, key, *limits, alg=GENERATOR), jit_compile=True, autograph=False)
    return function.get_concrete_function(tf.TensorSpec((2,), tf.int32))


def draw_uniform(shape: Any, key: Any, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """Draw independent numbers, uniform in [low, high), float32 of the given shape."""
    return _compiled(tf.random.stateless_uniform, tuple(shape), low, high)(key)


def draw_normal(shape: Any, key: Any) -> tf.Tensor:
    """Draw independent standard normal numbers, float32 of the given shape."""
    return _compiled(tf.random.stateless_normal, tuple(shape))(key)


def draw_integers(shape: Any, key: Any, below: int) -> tf.Tensor:
    """Draw independent integers, uniform in [0, below), int32 of the given shape."""
    return _compiled(tf.random.stateless_uniform, tuple(shape), 0, below, tf.int32)(key)


def draw_words(shape: Any, key: Any) -> tf.Tensor:
    """Draw independent words of 32 random bits, uint32 of the given shape."""
    everything: Any = None  # all values of the type
    return _compiled(tf.random.stateless_uniform, tuple(shape), everything, everything, tf.uint32)(key)
