"""The denoiser beside three classical filters: PSNR inside and outside the patch, SSIM, error by position."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf
from scipy.ndimage import median_filter
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle

from experiments.datasets.mnist import SIDE
from experiments.denoising_autoencoder.config import Config
from experiments.denoising_autoencoder.corruption import Corrupted, corrupt_at
from experiments.denoising_autoencoder.metrics import REGIONS, UNCHANGED
from experiments.sample_quality.image_quality import mean_ssim, psnr
from texloom.training import loop

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

Filter = Callable[[np.ndarray], np.ndarray]
"""Images of shape (n, SIDE, SIDE) to images of the same shape."""

TUNING, TEST, SWEEP = -2, -3, -4
"""Iteration numbers that training never reaches: the keys of the corruptions drawn for evaluation."""

TV_WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.6)
NL_MEANS_STRENGTHS = (0.1, 0.2, 0.3, 0.4, 0.6)
SAMPLES = 8
"""Test images in the figure of examples."""


def median(images: np.ndarray) -> np.ndarray:
    """The median of each 3×3 neighbourhood."""
    return median_filter(images, size=(1, 3, 3))


def total_variation(weight: float) -> Filter:
    """Chambolle's total-variation denoising, image by image."""
    return lambda images: np.stack([denoise_tv_chambolle(image, weight=weight) for image in images])


def nl_means(strength: float) -> Filter:
    """Non-local means with 5×5 patches in 11×11 neighbourhoods, image by image; `strength` is its h."""
    options = {"patch_size": 5, "patch_distance": 5, "h": strength, "fast_mode": True}
    return lambda images: np.stack([denoise_nl_means(image, **options) for image in images])


def to_images(pixels: Any) -> np.ndarray:
    """Rows of pixels as float64 images of shape (n, SIDE, SIDE)."""
    return np.asarray(pixels, np.float64).reshape(-1, SIDE, SIDE)


def tune(candidates: dict[float, Filter], clean: np.ndarray, noisy: np.ndarray, mask: np.ndarray) -> float:
    """The strength with the best PSNR inside the patch: the filters get the benefit of the doubt."""
    return max(candidates, key=lambda strength: psnr(clean, candidates[strength](noisy), mask))


def classical_filters(tuning_images: tf.Tensor, corrupted: Corrupted, run: RunWriter) -> dict[str, Filter]:
    """The three filters, strengths chosen on corrupted training images."""
    clean, noisy, mask = map(to_images, (tuning_images, corrupted.noisy, corrupted.mask))
    weight = tune({weight: total_variation(weight) for weight in TV_WEIGHTS}, clean, noisy, mask)
    strength = tune({strength: nl_means(strength) for strength in NL_MEANS_STRENGTHS}, clean, noisy, mask)
    run.metric("tv_weight", weight)
    run.metric("nl_means_strength", strength)
    return {"median": median, "nl_means": nl_means(strength), "tv": total_variation(weight)}


def measure(method: str, clean: np.ndarray, restored: np.ndarray, mask: np.ndarray, run: RunWriter) -> None:
    """PSNR in the patch, outside (unless nothing changed there) and over the image, and SSIM, of one method."""
    pixels = dict(zip(REGIONS, (mask, 1 - mask, None), strict=True))
    for region, counted in pixels.items():
        if (region, method) != UNCHANGED:
            run.metric(f"psnr_{region}_{method}", psnr(clean, restored, counted))
    run.metric(f"ssim_{method}", mean_ssim(clean, restored))


def error_by_position(
    restore: Callable[[tf.Tensor], tf.Tensor], clean: tf.Tensor, config: Config, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean squared error inside the patch at each of its positions, of the restored and of the noisy images.

    Returns two arrays of shape (positions, positions). Test images are taken in turn, each with noise of its own.
    """
    positions = SIDE - config.patch + 1
    restored, noisy = np.zeros((2, positions, positions))
    each = config.images_per_position
    for top in range(positions):
        position = tf.constant([(top, left) for left, _ in product(range(positions), range(each))], tf.int32)
        rows = (np.arange(each * positions) + top * each * positions) % len(clean)
        batch = tf.gather(clean, rows)
        corrupted = corrupt_at(
            batch,
            position,
            kind=config.noise,
            strength=config.strength,
            patch=config.patch,
            key=loop.step_seed(seed, SWEEP, stream=top),
        )
        mask = np.asarray(corrupted.mask, np.float64)
        for target, images in ((restored, restore(corrupted.noisy)), (noisy, corrupted.noisy)):
            squared = mask * (np.asarray(images, np.float64) - batch.numpy()) ** 2
            target[top] = squared.sum(1).reshape(positions, each).mean(1) / config.patch**2
    return restored, noisy


def evaluate(
    restore: Callable[[tf.Tensor], tf.Tensor],
    locate: Callable[[tf.Tensor], tf.Tensor],
    test: tf.Tensor,
    tuning_images: tf.Tensor,
    corruption: Callable[[tf.Tensor, tf.Tensor], Corrupted],
    config: Config,
    seed: int,
    run: RunWriter,
) -> None:
    """Measure every method on the same corrupted test images and keep what the figures show.

    restore: noisy rows of pixels to restored ones; locate: noisy rows of pixels to the patch's row and column.
    """
    corrupted = corruption(test, loop.step_seed(seed, TEST))
    ours = np.clip(to_images(restore(corrupted.noisy)), 0, 1)
    clean, noisy, mask = map(to_images, (test, corrupted.noisy, corrupted.mask))
    measure("noisy", clean, noisy, mask, run)
    filters = classical_filters(tuning_images, corruption(tuning_images, loop.step_seed(seed, TUNING)), run)
    for name, restored in filters.items():
        measure(name, clean, restored(noisy), mask, run)
    measure("ours", clean, ours, mask, run)
    found = np.all(np.asarray(locate(corrupted.noisy)) == np.asarray(corrupted.position), axis=1)
    run.metric("located", 100 * found.mean())
    best = max(run.metrics[f"psnr_inside_{name}"]["value"] for name in filters)
    run.metric("psnr_inside_best_filter", best)

    run.array("clean", clean[:SAMPLES].astype(np.float32))
    run.array("noisy", noisy[:SAMPLES].astype(np.float32))
    run.array("denoised", ours[:SAMPLES].astype(np.float32))
    run.array("position", corrupted.position[:SAMPLES])
    restored_error, noisy_error = error_by_position(restore, test, config, seed)
    run.array("error_by_position", restored_error)
    run.array("noisy_error_by_position", noisy_error)
