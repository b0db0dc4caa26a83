"""The networks compared with three classical filters: PSNR inside and outside the patch, SSIM, error by position."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import tensorflow as tf

from experiments.datasets.mnist import SIDE
from experiments.denoising_autoencoder.config import Config
from experiments.denoising_autoencoder.corruption import Corrupted, corrupt_at
from experiments.denoising_autoencoder.filters import FILTERS, Settings, tune
from experiments.denoising_autoencoder.metrics import METHODS, REGIONS, UNCHANGED
from experiments.sample_quality.image_quality import mean_ssim, psnr
from texloom.training import loop

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

TUNING, TEST, SWEEP = -2, -3, -4
"""Iteration numbers that training never reaches, used as keys of the corruptions drawn for evaluation."""

SAMPLES = 8
"""Number of test images in the figure of examples."""


class Answers(NamedTuple):
    """The networks' outputs for noisy rows of pixels, shape (n, SIDE²)."""

    ours: tf.Tensor
    """The restored images."""
    joint: tf.Tensor
    """The images restored with the gate of the joint distribution of the position."""
    plain: tf.Tensor
    """The images restored by the plain perceptron."""
    gate: tf.Tensor
    """The probability that each pixel lies in the patch."""
    position: tf.Tensor
    """The most probable row and column of the patch, shape (n, 2)."""
    joint_position: tf.Tensor
    """The most probable row and column under the joint distribution."""
    dependence: tf.Tensor
    """Total variation between the joint distribution and the product of its marginals, shape (n,)."""


class Trained(NamedTuple):
    """The trained networks as functions of noisy rows of pixels."""

    answer: Callable[[tf.Tensor], Answers]
    restore: Callable[[tf.Tensor], tf.Tensor]
    """The restored images alone."""
    restore_masked: Callable[[tf.Tensor], tf.Tensor]
    """The images restored by the network that was trained for masking noise."""


Corruption = Callable[[tf.Tensor, tf.Tensor], Corrupted]
"""A function from clean rows of pixels and a key to the corrupted ones."""


def to_images(pixels: Any) -> np.ndarray:
    """Rows of pixels as float64 images of shape (n, SIDE, SIDE)."""
    return np.asarray(pixels, np.float64).reshape(-1, SIDE, SIDE)


def as_images(clean: tf.Tensor, corrupted: Corrupted) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clean images, noisy images and masks."""
    return to_images(clean), to_images(corrupted.noisy), to_images(corrupted.mask)


def choose_settings(
    held_out: tf.Tensor, corruption: Corruption, seed: int, prefix: str, run: RunWriter
) -> dict[str, Settings]:
    """The settings of each filter, chosen on corrupted held-out images and recorded as metrics."""
    images = as_images(held_out, corruption(held_out, loop.step_seed(seed, TUNING)))
    chosen = {name: tune(family, *images) for name, family in FILTERS.items()}
    for name, settings in chosen.items():
        for parameter, value in settings.items():
            run.metric(f"{prefix}{name}_{parameter}", value)
    return chosen


def measure(method: str, clean: np.ndarray, restored: np.ndarray, mask: np.ndarray, run: RunWriter) -> None:
    """Record a method's PSNR in the patch, outside (unless nothing changed there) and over the image, and its SSIM."""
    pixels = dict(zip(REGIONS, (mask, 1 - mask, None), strict=True))
    for region, counted in pixels.items():
        if (region, method) != UNCHANGED:
            run.metric(f"psnr_{region}_{method}", psnr(clean, restored, counted))
    run.metric(f"ssim_{method}", mean_ssim(clean, restored))


def mean_squares(clean: np.ndarray, restored: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Each image's mean squared error inside the patch and outside it, float32 of shape (n, 2)."""
    squared = (clean - restored) ** 2
    regions = [(weight * squared).sum((1, 2)) / weight.sum((1, 2)) for weight in (mask, 1 - mask)]
    return np.stack(regions, axis=1).astype(np.float32)


def error_by_position(
    restore: Callable[[tf.Tensor], tf.Tensor], clean: tf.Tensor, config: Config, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean squared error inside the patch at each of its positions, of the restored and of the noisy images.

    Returns two arrays of shape (positions, positions). The test images are used in turn, each time with new noise.
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
    trained: Trained,
    test: tf.Tensor,
    chosen: Mapping[str, Settings],
    corruption: Corruption,
    config: Config,
    seed: int,
    run: RunWriter,
) -> None:
    """Measure every method on the same corrupted test images and store what the figures show.

    chosen: the settings of each filter.
    """
    corrupted = corruption(test, loop.step_seed(seed, TEST))
    clean, noisy, mask = as_images(test, corrupted)
    answers = trained.answer(corrupted.noisy)
    ours, joint, plain = (np.clip(to_images(each), 0, 1) for each in (answers.ours, answers.joint, answers.plain))
    restored = {name: FILTERS[name].apply(noisy, **settings) for name, settings in chosen.items()}
    inside = to_images(answers.gate)
    gated = inside * restored["nl_means"] + (1 - inside) * noisy
    restored = {"noisy": noisy, **restored, "gated": gated, "plain": plain, "joint": joint, "ours": ours}
    for name in METHODS:
        measure(name, clean, restored[name], mask, run)
    run.array("mean_squares", np.stack([mean_squares(clean, restored[name], mask) for name in METHODS]))
    for region in ("inside", "outside"):
        best = max(run.metrics[f"psnr_{region}_{name}"]["value"] for name in FILTERS)
        run.metric(f"psnr_{region}_best_filter", best)
    for name, position in (("located", answers.position), ("located_joint", answers.joint_position)):
        found = np.all(np.asarray(position) == np.asarray(corrupted.position), axis=1)
        run.metric(name, 100 * found.mean())
    run.metric("dependence", 100 * float(np.mean(answers.dependence)))

    run.array("clean", clean[:SAMPLES].astype(np.float32))
    run.array("noisy", noisy[:SAMPLES].astype(np.float32))
    for name in ("ours", "plain", "joint"):
        run.array(f"denoised_{name}", restored[name][:SAMPLES].astype(np.float32))
    run.array("position", corrupted.position[:SAMPLES])
    restored_error, noisy_error = error_by_position(trained.restore, test, config, seed)
    run.array("error_by_position", restored_error)
    run.array("noisy_error_by_position", noisy_error)


def evaluate_masked(
    trained: Trained, test: tf.Tensor, chosen: Mapping[str, Settings], corruption: Corruption, seed: int, run: RunWriter
) -> None:
    """PSNR inside the patch under masking noise: the input, each filter, and the network trained for it."""
    corrupted = corruption(test, loop.step_seed(seed, TEST))
    clean, noisy, mask = as_images(test, corrupted)
    filtered = {name: psnr(clean, FILTERS[name].apply(noisy, **settings), mask) for name, settings in chosen.items()}
    ours = np.clip(to_images(trained.restore_masked(corrupted.noisy)), 0, 1)
    values = {"noisy": psnr(clean, noisy, mask), **filtered, "ours": psnr(clean, ours, mask)}
    for name, value in values.items():
        run.metric(f"psnr_masked_{name}", value)
    run.metric("psnr_masked_best_filter", max(filtered.values()))
    run.array("masked_noisy", noisy[:SAMPLES].astype(np.float32))
    run.array("denoised_masked", ours[:SAMPLES].astype(np.float32))
