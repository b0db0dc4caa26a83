"""PSNR and SSIM of images with known results."""

from __future__ import annotations

import math

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from experiments.sample_quality.image_quality import mean_ssim, psnr


def test_psnr_of_a_constant_error() -> None:
    clean = np.full((3, 8, 8), 0.4)
    assert psnr(clean, clean + 0.1) == pytest.approx(20)
    assert psnr(clean, clean - 0.01) == pytest.approx(40)


def test_psnr_pools_the_squared_errors_of_all_images() -> None:
    clean, image = np.zeros((2, 10, 10)), np.zeros((2, 10, 10))
    image[0] = 0.2  # the other image is perfect; the mean of two PSNRs would be infinite
    assert psnr(clean, image) == pytest.approx(-10 * math.log10(0.02))


def test_psnr_over_a_mask_sees_only_the_mask() -> None:
    clean, image, mask = np.zeros((2, 4, 4)), np.ones((2, 4, 4)), np.zeros((2, 4, 4))
    image[0, 0, 0], mask[0, 0, 0] = 0.1, 1
    assert psnr(clean, image, mask) == pytest.approx(20)
    assert psnr(clean, image, 1 - mask) == pytest.approx(0)


def test_psnr_agrees_with_scikit_image_and_is_symmetric() -> None:
    clean, image = np.random.default_rng(0).uniform(size=(2, 5, 16, 16))
    assert psnr(clean, image) == pytest.approx(peak_signal_noise_ratio(clean, image, data_range=1.0))
    assert psnr(clean, image) == psnr(image, clean)


def test_psnr_of_identical_images_is_infinite_and_of_no_pixels_an_error() -> None:
    clean = np.ones((1, 4, 4), np.float32)
    assert psnr(clean, clean) == math.inf
    with pytest.raises(ValueError, match="the mask selects no pixels"):
        psnr(clean, clean, np.zeros((1, 4, 4)))


def test_psnr_of_float32_images_is_computed_in_double_precision() -> None:
    clean = np.zeros((1000, 28, 28), np.float32)
    assert psnr(clean, clean + np.float32(0.1)) == pytest.approx(20, abs=1e-5)


def test_ssim_is_one_for_identical_images_and_falls_with_noise() -> None:
    rng = np.random.default_rng(0)
    clean = rng.uniform(size=(4, 28, 28))
    noise = rng.normal(size=clean.shape)
    values = [mean_ssim(clean, clean + level * noise) for level in (0, 0.1, 0.3)]
    assert values[0] == pytest.approx(1)
    assert values[0] > values[1] > values[2] > 0


def test_ssim_is_the_mean_over_images() -> None:
    clean = np.random.default_rng(0).uniform(size=(2, 28, 28))
    images = np.stack([clean[0], 1 - clean[1]])
    assert mean_ssim(clean, images) == pytest.approx((1 + mean_ssim(clean[1:], images[1:])) / 2)
