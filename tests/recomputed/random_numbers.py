"""The random numbers of evaluations, drawn again: Threefry-2x32 (Salmon et al. 2011) with XLA's layout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ROTATIONS = (13, 15, 26, 6), (17, 29, 16, 24)
PARITY = np.uint32(0x1BD11BDA)

Key = tuple[int, int]
Shape = Sequence[int]


def key_of(seed: int, iteration: int, stream: int = 0) -> Key:
    """The key of a random stream of an iteration; evaluations have negative iteration numbers."""
    return seed, 1024 * iteration + stream


def cipher(low: np.ndarray, high: np.ndarray, key: Key) -> tuple[np.ndarray, np.ndarray]:
    """20 rounds on counters of two uint32 words."""
    first, second = (np.uint32(word % 2**32) for word in key)
    words = first, second, first ^ second ^ PARITY
    low, high = low + words[0], high + words[1]
    for group in range(5):
        for rotation in ROTATIONS[group % 2]:
            low = low + high
            high = (high << np.uint32(rotation) | high >> np.uint32(32 - rotation)) ^ low
        low, high = low + words[(group + 1) % 3], high + words[(group + 2) % 3] + np.uint32(group + 1)
    return low, high


def halved(shape: Shape) -> tuple[list[int], int]:
    """The shape with its first even axis (or its longest, rounded up) halved, and the axis of the interleaving."""
    even = [axis for axis, size in enumerate(shape) if size % 2 == 0]
    axis = even[0] if even else int(np.argmax(shape))
    return [-(-size // 2) if place == axis else size for place, size in enumerate(shape)], axis + 1


def interleave(parts: Sequence[np.ndarray], axis: int, shape: Shape) -> np.ndarray:
    """Combine two arrays of the halved shape into one of the whole shape."""
    stacked = np.stack(parts, axis)
    merged = stacked.reshape(*stacked.shape[: axis - 1], -1, *stacked.shape[axis + 1 :])
    return merged[tuple(slice(size) for size in shape)]


def words(shape: Shape, key: Key) -> np.ndarray:
    """Random 32-bit words."""
    half, axis = halved(shape)
    number = np.arange(np.prod(half), dtype=np.uint64).reshape(half)
    parts = cipher(number.astype(np.uint32), (number >> np.uint64(32)).astype(np.uint32), key)
    return interleave(parts, axis, shape)


def uniform(shape: Shape, key: Key) -> np.ndarray:
    """The upper 23 bits as multiples of 2⁻²³ in [0, 1)."""
    return (words(shape, key) >> np.uint32(9)) / 2.0**23


def integers(shape: Shape, key: Key, below: int) -> np.ndarray:
    """Integers from 0 to below − 1."""
    return (words(shape, key) % np.uint32(below)).astype(int)


def normal(shape: Shape, key: Key) -> np.ndarray:
    """The two numbers of the Box–Muller transform of two uniform ones."""
    half, axis = halved(shape)
    pairs = uniform([*half[:axis], 2, *half[axis:]], key)
    radius, angle = np.sqrt(-2 * np.log(np.maximum(pairs.take(0, axis), 1e-7))), 2 * np.pi * pairs.take(1, axis)
    return interleave([radius * np.sin(angle), radius * np.cos(angle)], axis, shape)
