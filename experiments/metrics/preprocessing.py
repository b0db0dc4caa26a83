"""Small differences in preprocessing, each a common mistake; images of shape (n, h, w) or (n, h, w, 3)."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def sample_bilinearly(images: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Values at fractional coordinates of shape (p, q), with repeated border; float32 of shape (n, p, q[, 3])."""
    rows, columns = np.clip(rows, 0, images.shape[1] - 1), np.clip(columns, 0, images.shape[2] - 1)
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    bottom, right = np.minimum(top + 1, images.shape[1] - 1), np.minimum(left + 1, images.shape[2] - 1)
    shape = (*rows.shape, *[1] * (images.ndim - 3))
    down, across = ((values % 1).astype(np.float32).reshape(shape) for values in (rows, columns))
    values = images.astype(np.float32)
    upper = values[:, top, left] * (1 - across) + values[:, top, right] * across
    lower = values[:, bottom, left] * (1 - across) + values[:, bottom, right] * across
    return upper * (1 - down) + lower * down


def resize_without_antialiasing(images: np.ndarray, side: int) -> np.ndarray:
    """Bilinear sampling at pixel centres, which ignores most pixels when shrinking. Float32."""
    centres = (np.arange(side) + 0.5) * images.shape[1] / side - 0.5
    return sample_bilinearly(images, *np.meshgrid(centres, centres, indexing="ij"))


def resize_with_antialiasing(images: np.ndarray, side: int) -> np.ndarray:
    """Pillow's bilinear filter, whose width grows with the factor by which it shrinks. Float32."""
    if images.ndim == 4:
        channels = [resize_with_antialiasing(images[..., i], side) for i in range(images.shape[3])]
        return np.stack(channels, axis=-1)
    resized = [Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR) for image in _floats(images)]
    return np.stack([np.asarray(image) for image in resized])


def _floats(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32)


def compress(images: np.ndarray, quality: int) -> np.ndarray:
    """uint8 images after JPEG compression."""
    return np.stack([np.asarray(Image.open(_jpeg(image, quality))) for image in images])


def _jpeg(image: np.ndarray, quality: int) -> io.BytesIO:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return buffer


def shift_by_half_a_pixel(images: np.ndarray) -> np.ndarray:
    """Images with fractional values, like a network's output, sampled half a pixel further down and to the right."""
    rows, columns = np.mgrid[: images.shape[1], : images.shape[2]] + 0.5
    return sample_bilinearly(images, rows, columns)
