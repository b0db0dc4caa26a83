"""Images as arrays of bytes: tiles of many small images, and plots of points in the plane."""

from __future__ import annotations

import numpy as np

GAP = 2
"""Number of white pixels between neighbouring tiles."""


def tile(images: np.ndarray, columns: int, gap: int = GAP) -> np.ndarray:
    """Tile images of shape (n, height, width) or (n, height, width, 3) row by row; an incomplete row ends white."""
    count, height, width, *colours = images.shape
    rows = -(-count // columns)
    down, across = height + gap, width + gap
    sheet = np.full((rows * down - gap, columns * across - gap, *colours), 255, images.dtype)
    for number, image in enumerate(images):
        top, left = down * (number // columns), across * (number % columns)
        sheet[top : top + height, left : left + width] = image
    return sheet


def tile_grid(images: np.ndarray, gap: int = GAP) -> np.ndarray:
    """Tile images of shape (rows, columns, height, width) or (rows, columns, height, width, 3) in this arrangement."""
    return tile(images.reshape(-1, *images.shape[2:]), images.shape[1], gap)


def to_bytes(values: np.ndarray) -> np.ndarray:
    """Round grey levels or colours from 0 to 255 to whole numbers and clip them, as uint8."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def plot_points(points: np.ndarray, real: np.ndarray, side: int = 240) -> np.ndarray:
    """Draw points of shape (n, 2) in black over real points in grey, as uint8 of shape (side, side); y grows upwards.

    The image covers the range of the real points and a tenth more on each side; points outside it are not drawn.
    """
    low, high = real.min(axis=0), real.max(axis=0)
    margin = 0.1 * (high - low)
    edges = [np.linspace(a - m, b + m, side + 1) for a, b, m in zip(low, high, margin, strict=True)]
    picture = np.full((side, side), 255, np.uint8)
    for drawn, grey in ((real, 190), (points, 0)):
        hits, _, _ = np.histogram2d(drawn[:, 0], drawn[:, 1], bins=edges)
        picture[hits.T[::-1] > 0] = grey
    return picture
