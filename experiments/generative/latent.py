"""Latent codes."""

from __future__ import annotations

import tensorflow as tf

from texloom.training.random_numbers import draw_uniform


def draw_latent(count: int, latent_dim: int, key: tf.Tensor) -> tf.Tensor:
    """Latent codes uniform in [−1, 1], shape (count, latent_dim)."""
    return draw_uniform((count, latent_dim), key, -1.0, 1.0)
