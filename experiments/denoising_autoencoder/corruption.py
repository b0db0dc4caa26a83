"""The corruption process: noise in one patch at a uniformly random position, eq:dae-patch."""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf

from experiments.datasets.mnist import SIDE
from texloom.training.random_numbers import draw_integers, draw_normal, draw_uniform


class Corrupted(NamedTuple):
    """A batch after corruption; images are rows of SIDE² pixels."""

    noisy: tf.Tensor
    """Pixels in [0, 1], shape (batch, SIDE²)."""
    mask: tf.Tensor
    """True in the patch, shape (batch, SIDE²)."""
    position: tf.Tensor
    """Row and column of the patch's upper left pixel, int32, shape (batch, 2)."""


def draw_positions(count: Any, patch: int, key: Any) -> tf.Tensor:
    """Uniform positions of a patch that lies entirely inside the image, int32 of shape (count, 2)."""
    return draw_integers((count, 2), key, SIDE - patch + 1)


def patch_mask(position: tf.Tensor, patch: int) -> tf.Tensor:
    """Mask of the patches at `position`, bool of shape (batch, SIDE²)."""
    offset = tf.range(SIDE)[None, None, :] - position[:, :, None]
    inside = (offset >= 0) & (offset < patch)
    return tf.reshape(inside[:, 0, :, None] & inside[:, 1, None, :], (-1, SIDE**2))


def draw_noise(clean: tf.Tensor, kind: str, strength: float, patch: int, key: Any) -> tf.Tensor:
    """Corrupted values of all pixels, in [0, 1], in the shape of `clean`; only those in the patch are used.

    kind: "gaussian" adds noise of standard deviation `strength`, "uniform" adds noise from [−strength, strength],
    "salt_and_pepper" sets a pixel to 0 or 1 with probability `strength`, "mask" sets it to 0 with that probability.

    patch² numbers are drawn for each image and repeated periodically. Every window of patch × patch pixels contains
    each number once, so the noise inside the patch is independent at every position.
    """
    shape: Any = (clean.shape[0], patch, patch)

    def spread(drawn: tf.Tensor) -> tf.Tensor:
        repeats = -(-SIDE // patch)
        return tf.reshape(tf.tile(drawn, (1, repeats, repeats))[:, :SIDE, :SIDE], tf.shape(clean))

    if kind == "gaussian":
        return tf.clip_by_value(clean + strength * spread(draw_normal(shape, key)), 0.0, 1.0)
    uniform = spread(draw_uniform(shape, key))
    if kind == "uniform":
        return tf.clip_by_value(clean + strength * (2 * uniform - 1), 0.0, 1.0)
    if kind == "salt_and_pepper":
        salt = tf.cast(uniform < strength / 2, clean.dtype)
        return tf.where(uniform < strength, salt, clean)
    if kind == "mask":
        return tf.where(uniform < strength, tf.zeros_like(clean), clean)
    raise ValueError(f"unknown kind of noise '{kind}'")


def corrupt_at(clean: tf.Tensor, position: tf.Tensor, *, kind: str, strength: float, patch: int, key: Any) -> Corrupted:
    """Corrupt a batch of clean images at given positions."""
    mask = patch_mask(position, patch)
    noise = draw_noise(clean, kind, strength, patch, key)
    return Corrupted(tf.where(mask, noise, clean), mask, position)


def corrupt(clean: tf.Tensor, *, kind: str, strength: float, patch: int, key: Any) -> Corrupted:
    """Draw positions and noise for a batch of clean images, shape (batch, SIDE²), values in [0, 1].

    key: a stateless seed, int32 of shape (2,); the position uses it, the noise uses the next one.
    """
    position = draw_positions(clean.shape[0], patch, key)
    return corrupt_at(clean, position, kind=kind, strength=strength, patch=patch, key=key + tf.constant([0, 1]))
