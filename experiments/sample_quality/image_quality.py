"""Similarity of an image to the clean one: PSNR over selected pixels, and SSIM."""

from __future__ import annotations

import numpy as np
from skimage.metrics import structural_similarity


def psnr(clean: np.ndarray, image: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Peak signal-to-noise ratio in dB for values in [0, 1]: −10 log₁₀ of the mean squared error.

    The error is averaged over all images before the logarithm. mask: same shape, nonzero at the pixels that count;
    all pixels by default. Infinite for identical pixels. Raises ValueError for an empty mask.
    """
    squared = (np.asarray(clean, np.float64) - image) ** 2
    if mask is None:
        error = squared.mean()
    else:
        weight = np.broadcast_to(mask, squared.shape).astype(bool)
        if not weight.any():
            raise ValueError("the mask selects no pixels")
        error = squared[weight].mean()
    return float("inf") if error == 0 else float(-10 * np.log10(error))


def mean_ssim(clean: np.ndarray, images: np.ndarray) -> float:
    """Structural similarity (Wang et al. 2004, 7×7 windows), averaged over images.

    Shapes (n, height, width), values in [0, 1].
    """
    values = [
        structural_similarity(one, other, data_range=1.0)
        for one, other in zip(np.asarray(clean, np.float64), np.asarray(images, np.float64), strict=True)
    ]
    return float(np.mean(values))
