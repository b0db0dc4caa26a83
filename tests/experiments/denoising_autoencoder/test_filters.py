"""The filters, and the choice of their parameters."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from experiments.datasets.mnist import SIDE
from experiments.denoising_autoencoder.filters import FILTERS, Family, median, tune
from experiments.denoising_autoencoder.metrics import PARAMETERS
from experiments.denoising_autoencoder.non_local_means import nl_means


def test_all_parameters_are_set_to_the_best_result_inside_the_patch() -> None:
    clean = np.full((2, 4, 4), 0.5)
    mask = np.zeros((2, 4, 4))
    mask[:, :2, :2] = 1

    def apply(images: np.ndarray, inside: float, outside: float) -> np.ndarray:
        return clean + (inside + 0.1 * outside) * mask + outside * (1 - mask)

    family = Family(apply, {"inside": (-0.3, -0.1, 0.2, 0.4), "outside": (0.0, 0.5, 1.0)})
    assert tune(family, clean, clean, mask) == {"inside": -0.1, "outside": 1.0}  # two steps from the middle


def test_every_parameter_is_a_metric() -> None:
    assert {f"{name}_{parameter}" for name, family in FILTERS.items() for parameter in family.values} == set(PARAMETERS)


def test_median_of_each_neighbourhood_stays_within_its_image() -> None:
    images = np.zeros((2, SIDE, SIDE))
    images[0, 5, 5] = 1  # a single white pixel, which the median removes
    images[1] = 1
    np.testing.assert_array_equal(median(images, 3), np.stack([np.zeros((SIDE, SIDE)), np.ones((SIDE, SIDE))]))


def test_non_local_means_is_the_weighted_mean_of_its_definition() -> None:
    """Compared with a loop over pixels and neighbours, on an image with explicitly mirrored borders."""
    image = np.random.default_rng(0).uniform(size=(9, 9))
    patch, distance, sigma, strength = 3, 2, 0.1, 0.3
    padded = np.pad(image, 3, mode="reflect")

    def patch_at(row: int, column: int) -> np.ndarray:
        return padded[row + 2 : row + 5, column + 2 : column + 5]

    expected = np.zeros_like(image)
    for row, column in np.ndindex(9, 9):
        total = weights = 0.0
        for down, right in np.ndindex(5, 5):
            other = (row + down - distance, column + right - distance)
            squared = np.mean((patch_at(row, column) - patch_at(*other)) ** 2)
            apart = max(squared - 2 * sigma**2, 0) / strength**2
            if apart <= 5:
                total += np.exp(-apart) * padded[other[0] + 3, other[1] + 3]
                weights += np.exp(-apart)
        expected[row, column] = total / weights
    found = nl_means(np.stack([image, 1 - image]), patch, distance, sigma, strength)
    np.testing.assert_allclose(found[0], expected, atol=1e-5)


def test_the_text_lists_the_values_that_are_tried() -> None:
    text = Path("templates/sections/denoising_autoencoder.tex.j2").read_text(encoding="utf-8")
    tried = [values for family in FILTERS.values() for values in family.values.values()]
    assert [values for values in tried if ", ".join(f"{value:g}" for value in values) not in text] == []
