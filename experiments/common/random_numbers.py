"""Stateless random numbers: the same key, the same numbers, whatever was drawn before.

By Threefry (Salmon et al. 2011), which TensorFlow offers only where XLA compiles; in XLA's loops on the CPU it is
several times as fast as the default generator. Keys are int32 of shape (2,), as `loop.step_seed` makes them.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

GENERATOR = "threefry"


@tf.function(jit_compile=True, autograph=False)
def draw_uniform(shape: Any, key: Any, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """Independent numbers, uniform in [low, high), float32 of the given shape."""
    return tf.random.stateless_uniform(shape, key, low, high, alg=GENERATOR)


@tf.function(jit_compile=True, autograph=False)
def draw_normal(shape: Any, key: Any) -> tf.Tensor:
    """Independent standard normal numbers, float32 of the given shape."""
    return tf.random.stateless_normal(shape, key, alg=GENERATOR)


@tf.function(jit_compile=True, autograph=False)
def draw_integers(shape: Any, key: Any, below: int) -> tf.Tensor:
    """Independent integers, uniform in [0, below), int32 of the given shape."""
    return tf.random.stateless_uniform(shape, key, maxval=below, dtype=tf.int32, alg=GENERATOR)


@tf.function(jit_compile=True, autograph=False)
def draw_words(shape: Any, key: Any) -> tf.Tensor:
    """Independent words of 32 random bits, uint32 of the given shape."""
    everything: Any = None  # all values of the type
    return tf.random.stateless_uniform(shape, key, everything, everything, tf.uint32, alg=GENERATOR)
