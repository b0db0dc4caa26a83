"""Kinds of damage, each with an amount (0 changes nothing); uint8 images of shape (n, h, w) or (n, h, w, 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter

from experiments.metrics.preprocessing import sample_bilinearly
from texloom.results.tiling import to_bytes

Damage = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]

RECTANGLE = 0.3
"""Longest side of a black rectangle, as a fraction of the image's side."""
SWIRL_RADIUS = 0.35
"""Radius at which the angle of a swirl has fallen to 1/e, as a fraction of the image's side."""


def gaussian_noise(images: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Add noise of standard deviation `amount`, as a fraction of the range of values."""
    return to_bytes(images + 255 * amount * rng.standard_normal(images.shape, np.float32))


def blur(images: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001
    """Blur with a Gaussian of standard deviation `amount` pixels."""
    widths = [0, amount, amount, 0][: images.ndim]
    return to_bytes(gaussian_filter(images.astype(np.float32), widths, mode="nearest"))


def salt_and_pepper(images: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Set each pixel to black or white, with probability `amount` / 2 each."""
    chance = rng.random(images.shape[:3], np.float32)
    chance = chance[(..., *[None] * (images.ndim - 3))]
    return np.where(chance < amount / 2, 0, np.where(chance < amount, 255, images)).astype(np.uint8)


def black_rectangles(images: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Draw `amount` (rounded down) black rectangles; their sides are at most RECTANGLE of the image's side."""
    damaged = images.copy()
    longest = max(round(RECTANGLE * images.shape[1]), 1)
    rows, columns = np.arange(images.shape[1]), np.arange(images.shape[2])
    for _ in range(int(amount)):
        height, width = rng.integers((longest + 1) // 2, longest + 1, (2, len(images), 1))
        top = rng.integers(0, len(rows), (len(images), 1)) - height // 2
        left = rng.integers(0, len(columns), (len(images), 1)) - width // 2
        inside_rows = (rows >= top) & (rows < top + height)
        inside_columns = (columns >= left) & (columns < left + width)
        damaged[inside_rows[:, :, None] & inside_columns[:, None, :]] = 0
    return damaged


def swirl(images: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001
    """Rotate about the centre by an angle that is `amount` radians there and falls off outwards."""
    height, width = images.shape[1:3]
    rows, columns = np.mgrid[:height, :width] - np.array([(height - 1) / 2, (width - 1) / 2])[:, None, None]
    angle = amount * np.exp(-np.hypot(rows, columns) / (SWIRL_RADIUS * height))
    turned_rows = rows * np.cos(angle) - columns * np.sin(angle) + (height - 1) / 2
    turned_columns = rows * np.sin(angle) + columns * np.cos(angle) + (width - 1) / 2
    return to_bytes(sample_bilinearly(images, turned_rows, turned_columns))


def contaminate(foreign: np.ndarray) -> Damage:
    """Replace a fraction `amount` of the images by `foreign` ones, without repetition as long as there are enough."""

    def damage(images: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
        damaged, count = images.copy(), round(amount * len(images))
        chosen = rng.permutation(np.resize(rng.permutation(len(foreign)), max(count, 1)))[:count]
        damaged[rng.permutation(len(images))[:count]] = foreign[chosen]
        return damaged

    return damage


class Kind(NamedTuple):
    """A kind of damage and the largest amount that is applied."""

    damage: Damage
    largest: float


def kinds(foreign: np.ndarray) -> dict[str, Kind]:
    """All kinds by name, in the order of figure 3 of Heusel et al. 2017; `foreign` is the other data set."""
    return {
        "noise": Kind(gaussian_noise, 0.6),  # standard deviation
        "blur": Kind(blur, 2.4),  # pixels
        "rectangles": Kind(black_rectangles, 8),  # number
        "swirl": Kind(swirl, 2.4),  # radians
        "salt_and_pepper": Kind(salt_and_pepper, 0.3),  # fraction of the pixels
        "contamination": Kind(contaminate(foreign), 0.6),  # fraction of the images
    }


def amounts(kind: Kind, levels: int) -> np.ndarray:
    """`levels` + 1 evenly spaced amounts, from zero to the largest."""
    return np.linspace(0, kind.largest, levels + 1)
