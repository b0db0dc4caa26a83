"""Sets with a known fault have exactly that fault."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.metrics.samples import few_a_digit, gaussian_twin, partly_copied, without_digits
from experiments.sample_quality.frechet import frechet_distance_of_features

LABELS = np.random.default_rng(0).integers(0, 10, 500)
IMAGES = np.arange(500)[:, None, None] * np.ones((1, 2, 2), int)
"""All pixels of an image are its number."""


def shown(images: np.ndarray) -> np.ndarray:
    return images[:, 0, 0]


@pytest.mark.parametrize("dropped", [0, 3, 9])
def test_missing_digits_are_missing_and_the_others_equally_often(dropped: int) -> None:
    found = shown(without_digits(IMAGES, LABELS, dropped, 420, seed=1))
    counts = np.bincount(LABELS[found], minlength=10)
    assert counts[:dropped].sum() == 0
    assert np.ptp(counts[dropped:]) <= 1
    assert len(found) == 420


@pytest.mark.parametrize("each", [1, 5])
def test_few_images_a_digit_are_repeated(each: int) -> None:
    found = shown(few_a_digit(IMAGES, LABELS, each, 400, seed=1))
    assert len(np.unique(found)) == 10 * each
    np.testing.assert_array_equal(np.bincount(LABELS[found]), 40)
    assert np.unique(found, return_counts=True)[1].tolist() == [40 // each] * 10 * each


def test_the_seed_chooses() -> None:
    first, again, other = (shown(few_a_digit(IMAGES, LABELS, 1, 100, seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)


def test_the_first_part_is_copied() -> None:
    copied = shown(partly_copied(IMAGES[:100], IMAGES[300:], 0.3))
    np.testing.assert_array_equal(copied, np.concatenate([np.arange(300, 330), np.arange(30, 100)]))


def test_the_twin_has_the_same_two_moments_and_another_shape() -> None:
    rng = np.random.default_rng(0)
    features = rng.exponential(size=(3000, 6)) @ rng.normal(size=(6, 6))
    features = np.pad(features, ((0, 0), (0, 2)))  # adds two features that are never active
    twin = gaussian_twin(features, seed=3)
    np.testing.assert_allclose(twin.mean(0), features.mean(0), atol=1e-9)
    np.testing.assert_allclose(np.cov(twin, rowvar=False), np.cov(features, rowvar=False), atol=1e-6)
    assert frechet_distance_of_features(features, twin) < 1e-6
    direction = np.linalg.pinv(np.linalg.cholesky(np.cov(features[:, :6], rowvar=False)))[0]
    skewness = [np.mean(((each[:, :6] - each[:, :6].mean(0)) @ direction) ** 3) for each in (features, twin)]
    assert abs(skewness[1]) < 0.2 < abs(skewness[0])
