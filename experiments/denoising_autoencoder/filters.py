"""The classical filters with which the denoiser is compared, and the choice of all their parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from scipy.ndimage import median_filter
from skimage.restoration import denoise_tv_chambolle

from experiments.denoising_autoencoder.non_local_means import nl_means
from experiments.sample_quality.image_quality import psnr

Settings = dict[str, float]
"""The value of each parameter of a filter, by name."""


def median(images: np.ndarray, size: float) -> np.ndarray:
    """The median of each neighbourhood of size × size pixels; images of shape (n, height, width)."""
    return median_filter(images, size=(1, int(size), int(size)))


def total_variation(images: np.ndarray, weight: float) -> np.ndarray:
    """Chambolle's total-variation denoising, image by image."""
    return np.stack([denoise_tv_chambolle(image, weight=weight) for image in images])


class Family(NamedTuple):
    """A filter, and the values that are tried for each of its parameters."""

    apply: Callable[..., np.ndarray]
    """A function from (images, parameters by name) to images of the same shape."""
    values: Mapping[str, tuple[float, ...]]


FILTERS = {
    "median": Family(median, {"size": (3, 5, 7)}),
    "nl_means": Family(
        nl_means,
        {
            "strength": (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6),
            "distance": (3, 5, 8, 14, 21),
            "patch": (3, 5, 7),
            "sigma": (0.0, 0.1, 0.2, 0.3, 0.5),
        },
    ),
    "tv": Family(total_variation, {"weight": (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6)}),
}
"""The filters, by their names in the metrics."""


def tune(family: Family, clean: np.ndarray, noisy: np.ndarray, mask: np.ndarray) -> Settings:
    """The settings with the best PSNR inside the patch, a choice that favours the filters.

    Coordinate search: starting from the middle of each parameter's values, one parameter at a time is set to its best
    value, until changing any single parameter brings no improvement. Images and mask have shape (n, height, width).
    """
    settings = {name: values[len(values) // 2] for name, values in family.values.items()}
    known: dict[tuple[float, ...], float] = {}

    def quality(candidate: Settings) -> float:
        key = tuple(candidate.values())
        if key not in known:
            known[key] = psnr(clean, family.apply(noisy, **candidate), mask)
        return known[key]

    before = None
    while settings != before:
        before = settings
        for name, values in family.values.items():
            candidates = [settings | {name: value} for value in values]
            settings = max([settings, *candidates], key=quality)
    return settings
