"""Resizing, compression and a shift by half a pixel, with known results."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.metrics import preprocessing
from experiments.metrics.preprocessing import (
    compress,
    resize_with_antialiasing,
    resize_without_antialiasing,
    sample_bilinearly,
    shift_by_half_a_pixel,
)

STRIPES = np.tile(np.array([0, 255], np.uint8), 8)
"""The finest possible pattern: it becomes grey with antialiasing; without it, sampling gives meaningless values."""


def test_values_between_pixels_are_linear() -> None:
    plane = 3.0 * np.arange(8)[:, None] + 2.0 * np.arange(9)
    rows, columns = np.array([[0.5, 6.25], [7, 9]]), np.array([[1.5, 7.75], [-3, 8]])
    found = sample_bilinearly(plane[None], rows, columns)[0]
    clipped = np.clip(rows, 0, 7), np.clip(columns, 0, 8)
    np.testing.assert_allclose(found, 3 * clipped[0] + 2 * clipped[1], rtol=1e-6)
    coloured = sample_bilinearly(np.stack([plane, -plane], axis=-1)[None], rows, columns)[0]
    np.testing.assert_allclose(coloured[..., 1], -found)


def test_fine_stripes_tell_antialiasing_from_sampling() -> None:
    image = np.broadcast_to(STRIPES, (1, 16, 16))
    antialiased = resize_with_antialiasing(image, 4)[0]
    np.testing.assert_allclose(antialiased[:, 1:-1], 127.5, atol=1e-3)
    coarse = np.broadcast_to(np.repeat([0, 255], [1, 3])[np.arange(16) % 4].astype(np.uint8), (1, 16, 16))
    sampled = resize_without_antialiasing(coarse, 4)[0]
    np.testing.assert_allclose(sampled, 255)  # the dark quarter is never sampled
    np.testing.assert_allclose(resize_with_antialiasing(coarse, 4)[0], 0.75 * 255, atol=25)


@pytest.mark.parametrize("resize", [resize_with_antialiasing, resize_without_antialiasing])
def test_resizing_keeps_constants_shapes_and_channels(resize) -> None:
    image = np.zeros((2, 8, 8, 3), np.uint8)
    image[..., 1] = 50
    small, large = resize(image, 4), resize(image, 13)
    assert small.shape == (2, 4, 4, 3)
    assert large.shape == (2, 13, 13, 3)
    np.testing.assert_allclose(large[..., 1], 50)
    np.testing.assert_allclose(large[..., 0], 0)
    assert small.dtype == np.float32


def test_enlarging_agrees_with_pillow() -> None:
    image = np.random.default_rng(0).integers(0, 256, (1, 7, 7)).astype(np.uint8)
    ours, pillow = resize_without_antialiasing(image, 21), resize_with_antialiasing(image, 21)
    np.testing.assert_allclose(ours, pillow, atol=0.01)  # enlarging causes no aliasing


def test_jpeg_is_lossy_by_its_quality_and_keeps_flat_images() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3)).astype(np.uint8)
    errors = [np.mean((compress(images, quality).astype(float) - images) ** 2) for quality in (95, 50, 10)]
    assert 0 < errors[0] < errors[1] < errors[2]
    flat = np.full((1, 16, 16), 77, np.uint8)
    np.testing.assert_array_equal(preprocessing.compress(flat, 75), flat)


def test_half_a_pixel_is_the_mean_of_four_neighbours() -> None:
    image = np.random.default_rng(0).integers(0, 256, (1, 5, 5)).astype(np.uint8)
    shifted = shift_by_half_a_pixel(image)[0]
    np.testing.assert_allclose(shifted[1, 2], image[0, 1:3, 2:4].mean())
    assert np.any(shifted % 1 > 0)
