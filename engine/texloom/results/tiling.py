"""Many small images as one picture."""

from __future__ import annotations

import numpy as np

GAP = 2
"""White pixels between neighbours."""


def tile(images: np.ndarray, columns: int, gap: int = GAP) -> np.ndarray:
    """Images of shape (n, height, width) or (n, height, width, 3), row by row; a ragged end stays white."""
    count, height, width, *colours = images.shape
    rows = -(-count // columns)
    down, across = height + gap, width + gap
    sheet = np.full((rows * down - gap, columns * across - gap, *colours), 255, images.dtype)
    for number, image in enumerate(images):
        top, left = down * (number // columns), across * (number % columns)
        sheet[top : top + height, left : left + width] = image
    return sheet


def tile_grid(images: np.ndarray, gap: int = GAP) -> np.ndarray:
    """Images of shape (rows, columns, height, width) or (rows, columns, height, width, 3), as they stand."""
    return tile(images.reshape(-1, *images.shape[2:]), images.shape[1], gap)
