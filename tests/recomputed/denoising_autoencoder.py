"""The patch denoiser's metrics: the corruption is drawn again, networks and filters follow their definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit, softmax

from tests.recomputed.networks import perceptron, stored
from tests.recomputed.random_numbers import integers, key_of, normal, uniform
from tests.recomputed.report import Findings, Stored, read_mnist

SIDE = 28
TUNING, TEST = -2, -3
"""Iterations whose random numbers the evaluation uses."""

METHODS = ("noisy", "median", "nl_means", "tv", "gated", "plain", "joint", "ours")
"""The methods, in the order of `mean_squares`."""

CHOICES = {
    "median_size": (3, 5, 7),
    "nl_means_strength": (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6),
    "nl_means_distance": (3, 5, 8, 14, 21),
    "nl_means_patch": (3, 5, 7),
    "nl_means_sigma": (0.0, 0.1, 0.2, 0.3, 0.5),
    "tv_weight": (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6),
}

FEW, SOME = 50, 1000
"""Numbers of evenly spaced test images that are restored by non-local means and by total variation, which are slow."""


def recompute(run: Stored, data: Path) -> Findings:
    found = Findings()
    loss, held_out = (run.history[f"denoiser_{name}"] for name in ("loss", "validation_loss"))
    found.exact("validation_fall", 100 * (1 - held_out[-1] / held_out[-2]))
    found.exact("validation_gap", 100 * (held_out[-1] - loss[-1]) / loss[-1])
    training, test = (read_mnist(data, split)[0] for split in ("train", "t10k"))
    tuning, test = training[: run.config["tuning_images"]] / 255, test[: run.config["test_images"]] / 255
    for prefix, noise in (("", run.config["noise"]), ("masked_", "mask")):
        _choices(prefix, damage(tuning, noise, TUNING, run), run, found)
    _comparison(damage(test, run.config["noise"], TEST, run), run, found)
    _masked(damage(test, "mask", TEST, run), run, found)
    return found


class Damaged(NamedTuple):
    """Images of shape (n, 28, 28) in [0, 1], the noisy images, the masks, and the patches' upper left pixels."""

    clean: np.ndarray
    noisy: np.ndarray
    mask: np.ndarray
    corner: np.ndarray
    patch: int

    def inside(self, images: np.ndarray) -> np.ndarray:
        """The pixels of the patches, shape (n, patch, patch)."""
        return images[self.mask].reshape(-1, self.patch, self.patch)

    def error(self, patches: np.ndarray) -> float:
        """The mean squared error of restored patches."""
        return float(np.mean((patches - self.inside(self.clean)) ** 2))


def damage(clean: np.ndarray, noise: str, iteration: int, run: Stored) -> Damaged:
    """eq:dae-patch, or the same with pixels set to zero; a patch's noise is repeated over the image."""
    patch, shape = run.config["patch"], (len(clean), *2 * [run.config["patch"]])
    corner = integers((len(clean), 2), key_of(run.seed, iteration), SIDE - patch + 1)
    covered = (np.arange(SIDE) >= corner[..., None]) & (np.arange(SIDE) < corner[..., None] + patch)
    mask = covered[:, 0, :, None] & covered[:, 1, None, :]
    draw = {"gaussian": normal, "mask": uniform}[noise]
    drawn = draw(shape, key_of(run.seed, iteration, 1))
    repeated = drawn[:, np.arange(SIDE) % patch][:, :, np.arange(SIDE) % patch]
    if noise == "mask":
        damaged = clean * (repeated >= run.config["masking"])
    else:
        damaged = np.clip(clean + run.config["strength"] * repeated, 0, 1)
    return Damaged(clean, np.where(mask, damaged, clean), mask, corner, patch)


def decibels(error: float) -> float:
    return -10 * float(np.log10(error))


def median(images: np.ndarray, size: int) -> np.ndarray:
    """The median over size × size pixels, mirrored at the border."""
    half = size // 2
    padded = np.pad(images, ((0, 0), (half, half), (half, half)), mode="symmetric")
    around = [padded[:, row : row + SIDE, column : column + SIDE] for row, column in np.ndindex(size, size)]
    return np.partition(np.stack(around), size**2 // 2, axis=0)[size**2 // 2]


def total_variation(images: np.ndarray, weight: float) -> np.ndarray:
    """Chambolle's projection for min ‖u − f‖²/2 + weight TV(u), until an image's energy falls by less than 2e-4."""
    image = np.moveaxis(images, 0, -1).copy()
    restored, left = np.empty_like(image), np.arange(len(images))
    flow, slope = np.zeros((2, 2, *image.shape))
    first, before = np.zeros(len(images)), np.full(len(images), np.inf)
    for step in range(200):
        divergence = flow.sum(axis=0)
        divergence[1:] -= flow[0, :-1]
        divergence[:, 1:] -= flow[1, :, :-1]
        u = restored[..., left] = image - divergence
        slope[0, :-1], slope[1, :, :-1] = np.diff(u, axis=0), np.diff(u, axis=1)
        length = np.sqrt(slope[0] ** 2 + slope[1] ** 2)
        energy = (divergence**2 + weight * length).sum(axis=(0, 1))
        first = first if step else energy
        flow = (flow - slope / 4) / (1 + length / (4 * weight))
        going = np.abs(before - energy) >= 2e-4 * first
        before = energy
        if not going.all():
            left, first, before = left[going], first[going], before[going]
            image, flow, slope = (each[..., going] for each in (image, flow, slope))
        if not len(left):  # all have converged; 2e-4 is scikit-image's limit
            break
    return np.moveaxis(restored, -1, 0)


def non_local_means(
    images: np.ndarray, corner: np.ndarray, size: int, patch: int, distance: int, sigma: float, strength: float
) -> np.ndarray:
    """The restored windows of size × size pixels at given upper left pixels; images are mirrored at the border."""
    half = patch // 2
    reach, extent = distance + half, size + 2 * distance + 2 * half
    padded = np.pad(images.astype(np.float32), ((0, 0), (reach, reach), (reach, reach)), mode="reflect")
    windows = np.stack(
        [
            image[row : row + extent, column : column + extent]
            for image, (row, column) in zip(padded, corner, strict=True)
        ]
    )
    windows = np.moveaxis(windows, 0, -1).copy()
    here = windows[distance : extent - distance, distance : extent - distance]
    total = weights = np.zeros((size, size, len(images)), np.float32)
    for row, column in np.ndindex(2 * distance + 1, 2 * distance + 1):
        there = windows[row : row + len(here), column : column + len(here)]
        rows = windowed((there - here) ** 2, patch)
        apart = windowed(rows.swapaxes(0, 1), patch).swapaxes(0, 1) / np.float32(patch**2)
        exponent = np.maximum(apart - np.float32(2 * sigma**2), 0) / np.float32(strength**2)
        weight = np.where(exponent > 5, 0, np.exp(-exponent))  # the cut-off is scikit-image's
        total = total + weight * there[half : half + size, half : half + size]
        weights = weights + weight
    return np.moveaxis(total / weights, -1, 0)


def windowed(values: np.ndarray, width: int) -> np.ndarray:
    """Sums of `size` neighbours along the first axis."""
    count = len(values) - width + 1
    total = values[:count].copy()
    for shift in range(1, width):
        total += values[shift : shift + count]
    return total


def similarity(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Mean structural similarity of each image (Wang et al. 2004) over all 7 × 7 windows, with unbiased moments."""

    def mean(values: np.ndarray) -> np.ndarray:
        return windowed(windowed(values.T, 7).swapaxes(0, 1), 7).T / 49

    a, b = mean(first), mean(second)
    variances = (mean(first**2) + mean(second**2) - a**2 - b**2) * 49 / 48
    covariance = (mean(first * second) - a * b) * 49 / 48
    small, little = 0.01**2, 0.03**2
    index = (2 * a * b + small) * (2 * covariance + little) / ((a**2 + b**2 + small) * (variances + little))
    return index.mean(axis=(1, 2))


def in_parts(restore: Callable[..., np.ndarray], *arrays: np.ndarray, **settings: Any) -> np.ndarray:
    """Process a hundred images at a time, which fit into the cache."""
    parts = [slice(start, start + 100) for start in range(0, len(arrays[0]), 100)]
    return np.concatenate([restore(*(array[part] for array in arrays), **settings) for part in parts])


def own(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of one filter, taken from those of all filters."""
    return {key.removeprefix(f"{name}_"): value for key, value in settings.items() if key.startswith(name)}


def filtered(name: str, damaged: Damaged, settings: Mapping[str, Any]) -> np.ndarray:
    """The patches restored by a filter."""
    if name == "nl_means":
        return in_parts(non_local_means, damaged.noisy, damaged.corner, size=damaged.patch, **own(name, settings))
    whole = {"median": median, "tv": total_variation}[name]
    return damaged.inside(in_parts(whole, damaged.noisy, **own(name, settings)))


def _settings(prefix: str, run: Stored) -> dict[str, Any]:
    values = {name: run.metrics[f"{prefix}{name}"]["value"] for name in CHOICES}
    return {name: int(value) if value >= 1 else value for name, value in values.items()}


def _choices(prefix: str, damaged: Damaged, run: Stored, found: Findings) -> None:
    """Check that no other value of a single parameter is better in the patch."""
    chosen = _settings(prefix, run)

    @cache  # the chosen settings are needed once for each parameter
    def error(name: str, *settings: tuple[str, Any]) -> float:
        return damaged.error(filtered(name, damaged, dict(settings)))

    for parameter, values in CHOICES.items():
        name = parameter.rpartition("_")[0]
        errors = [error(name, *{**chosen, parameter: value}.items()) for value in values]
        found.exact(f"{prefix}{parameter}", values[int(np.argmin(errors))])


class Prediction(NamedTuple):
    """The network's outputs for noisy images."""

    estimate: np.ndarray
    """The estimate of every pixel, shape (n, 28, 28)."""
    row: np.ndarray
    """Probability of each first row of the patch, shape (n, 21)."""
    column: np.ndarray

    def gate(self, patch: int) -> np.ndarray:
        """eq:dae-product-gate."""
        return reach(self.row, patch)[:, :, None] * reach(self.column, patch)[:, None, :]


def look(noisy: np.ndarray, weights: list[np.ndarray]) -> Prediction:
    estimate, row, column = perceptron(noisy.reshape(len(noisy), -1), weights, heads=3)
    return Prediction(expit(estimate).reshape(noisy.shape), softmax(row, axis=1), softmax(column, axis=1))


def reach(first: np.ndarray, patch: int, axis: int = 1) -> np.ndarray:
    """The probability that a line belongs to the patch, from the probabilities of its first line, along an axis."""
    total = np.zeros_like(first, shape=(*first.shape[:axis], SIDE, *first.shape[axis + 1 :]))
    for shift in range(patch):
        lines = [slice(None)] * axis + [slice(shift, shift + first.shape[axis])]
        total[tuple(lines)] += first
    return total


def _comparison(damaged: Damaged, run: Stored, found: Findings) -> None:
    noisy, patch, chosen = damaged.noisy, damaged.patch, _settings("", run)
    seen = look(noisy, stored(run.weights, "denoiser"))
    (plain,) = perceptron(noisy.reshape(len(noisy), -1), stored(run.weights, "plain"))
    joint = _position(seen, damaged, run, found)
    gate, joint_gate = seen.gate(patch), reach(reach(joint, patch), patch, axis=2)
    few, some = (slice(None, None, max(len(noisy) // count, 1)) for count in (FEW, SOME))
    corner = np.zeros_like(damaged.corner[few])
    averaged = in_parts(non_local_means, noisy[few], corner, size=SIDE, **own("nl_means", chosen))
    restored = {
        "noisy": noisy,
        "median": in_parts(median, noisy, size=chosen["median_size"]),
        "nl_means": averaged,
        "tv": in_parts(total_variation, noisy[some], weight=chosen["tv_weight"]),
        "gated": (1 - gate[few]) * noisy[few] + gate[few] * averaged,
        "plain": expit(plain).reshape(noisy.shape),
        "joint": (1 - joint_gate) * noisy + joint_gate * seen.estimate,
        "ours": (1 - gate) * noisy + gate * seen.estimate,
    }
    every = {name: slice(None) for name in METHODS} | {"nl_means": few, "gated": few, "tv": some}
    for name, kept in zip(METHODS, run.arrays["mean_squares"], strict=True):
        _quality(name, restored[name], every[name], damaged, kept, found)
    for region in ("inside", "outside"):
        best = max(found.values[f"psnr_{region}_{name}"][0] for name in ("median", "nl_means", "tv"))
        found.exact(f"psnr_{region}_best_filter", best)
    for name in ("plain", "joint", "ours"):
        assert np.allclose(restored[name][:8], run.arrays[f"denoised_{name}"], atol=1e-5)


def _quality(name: str, restored: np.ndarray, rows: slice, damaged: Damaged, kept: np.ndarray, found: Findings) -> None:
    """PSNR and similarity. Squared errors at `rows` must agree with `kept`; those of other images come from `kept`."""
    clean, mask, area = damaged.clean[rows], damaged.mask[rows], damaged.patch**2
    squared = (restored - clean) ** 2
    whole, inside = squared.sum(axis=(1, 2)), (squared * mask).sum(axis=(1, 2))
    of_image = np.stack([inside / area, (whole - inside) / (SIDE**2 - area)], axis=1)
    assert np.allclose(of_image, kept[rows], rtol=1e-4, atol=1e-8), name
    of_all = kept.astype(np.float64)
    of_all[rows] = of_image
    mean = of_all.mean(axis=0)
    found.exact(f"psnr_inside_{name}", decibels(mean[0]))
    if name != "noisy":
        found.exact(f"psnr_outside_{name}", decibels(mean[1]))
    found.exact(f"psnr_whole_{name}", decibels((area * mean[0] + (SIDE**2 - area) * mean[1]) / SIDE**2))
    similar = in_parts(similarity, clean, restored)
    if len(clean) == len(damaged.clean):
        found.exact(f"ssim_{name}", similar.mean())
    else:
        found.within(f"ssim_{name}", similar.mean(), 5 * similar.std() / len(similar) ** 0.5)


def _position(seen: Prediction, damaged: Damaged, run: Stored, found: Findings) -> np.ndarray:
    """The joint distribution of the position, shape (n, 21, 21), and how often it and the marginals find the patch."""
    count, places = seen.row.shape
    (logits,) = perceptron(damaged.noisy.reshape(count, -1), stored(run.weights, "joint_position"))
    joint = softmax(logits, axis=1).reshape(count, places, places)
    best = np.stack([seen.row.argmax(axis=1), seen.column.argmax(axis=1)], axis=1)
    of_joint = np.stack(np.unravel_index(joint.reshape(count, -1).argmax(axis=1), (places, places)), axis=1)
    for name, guess in (("located", best), ("located_joint", of_joint)):
        found.within(name, 100 * np.mean((guess == damaged.corner).all(axis=1)), 100.5 / count)
    marginal_row, marginal_column = joint.sum(axis=2), joint.sum(axis=1)
    excess = joint - marginal_row[:, :, None] * marginal_column[:, None, :]
    found.exact("dependence", 100 * np.mean(np.maximum(excess, 0).sum(axis=(1, 2))))
    return joint


def _masked(damaged: Damaged, run: Stored, found: Findings) -> None:
    seen, chosen = look(damaged.noisy, stored(run.weights, "masked")), _settings("masked_", run)
    noisy = damaged.inside(damaged.noisy)
    patches = {name: filtered(name, damaged, chosen) for name in ("median", "nl_means", "tv")}
    patches["noisy"] = noisy
    patches["ours"] = noisy + damaged.inside(seen.gate(damaged.patch)) * (damaged.inside(seen.estimate) - noisy)
    values = {name: decibels(damaged.error(patch)) for name, patch in patches.items()}
    values["best_filter"] = max(values[name] for name in ("median", "nl_means", "tv"))
    for name, value in values.items():
        found.exact(f"psnr_masked_{name}", value)
