"""The measurements on emojis, with a stub for Inception."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from experiments.inception.weights import Network
from experiments.metrics import emojis
from experiments.metrics.metrics import EMOJI_DAMAGES, EMOJI_SETS, METRICS
from texloom.results.writer import RunWriter


class Pixels:
    """Features are coarse pixels and their variation; the class is the brightest colour."""

    network = Network("coarse pixels", "0123456789abcdef" * 4)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return self.features_and_posteriors(images)[0]

    def features_and_posteriors(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert images.dtype == np.uint8
        assert images.shape[1:] == (32, 32, 3)
        values = images / 255.0
        edges = np.abs(np.diff(values, axis=2)).mean(axis=(1, 2))
        colours = values.mean(axis=(1, 2))
        posteriors = np.exp(9 * colours)
        return np.concatenate([colours, edges], axis=1), posteriors / posteriors.sum(axis=1, keepdims=True)


def blocks(count: int) -> np.ndarray:
    """Coloured squares on white."""
    rng = np.random.default_rng(0)
    images = np.full((count, 32, 32, 3), 255, np.uint8)
    images[:, 8:24, 8:24] = rng.integers(0, 256, (count, 1, 1, 3))
    return images


def test_every_set_is_measured_and_damage_moves_it_away() -> None:
    run = RunWriter(METRICS)
    digits = np.zeros((40, 32, 32, 3), np.uint8)
    emojis.measure_emojis(cast(Any, Pixels()), blocks(120), digits, 40, run)
    value = {name: metric["value"] for name, metric in run.metrics.items()}
    measures = ("score", "distance", "kernel")
    assert all(np.isfinite(value[f"emoji_{name}_{each}"]) for name in EMOJI_SETS for each in measures)
    assert all("error" in run.metrics[f"emoji_{name}_{each}"] for name in EMOJI_SETS for each in measures)
    brightest = blocks(120)[:40].mean(axis=(1, 2)).argmax(axis=1)
    assert value["emoji_one_class"] == pytest.approx(100 * np.bincount(brightest).max() / 40)
    assert value["emoji_noise_distance_least_step"] > 0
    assert value["emoji_digits_distance"] > value["emoji_as_they_are_distance"]
    assert run.arrays["network"].tolist() == ["coarse pixels", "sha256 0123456789abcdef"]
    assert run.arrays["emoji_noise_distance"][0] == value["emoji_as_they_are_distance"]
    assert run.arrays["emoji_blur_amounts"].tolist() == [0, *EMOJI_DAMAGES["blur"]]


def test_digits_become_ink_on_paper_and_emojis_ink_on_black() -> None:
    digit = np.zeros((1, 28, 28), np.uint8)
    digit[0, 5, 6] = 200
    coloured = emojis.as_colour(digit, 32)
    assert coloured.shape == (1, 32, 32, 3)
    assert coloured[0, 7, 8].tolist() == [55, 55, 55]
    assert np.sum(coloured != 255) == 3
    image = np.full((1, 32, 32, 3), 255, np.uint8)
    image[0, 7, 8] = (255, 0, 0)
    grey = emojis.as_digits(image, 28)
    assert grey.shape == (1, 28, 28)
    assert grey[0, 5, 6] == pytest.approx(255 - 0.299 * 255, abs=1)
    assert np.count_nonzero(grey) == 1


def test_shrinking_without_antialiasing_is_seen() -> None:
    stripes = np.zeros((1, 32, 32, 3), np.uint8)
    stripes[:, :, 1::4] = 255
    with_it, without = (emojis.there_and_back(stripes, antialias=each).astype(int) for each in (True, False))
    assert with_it.std() < without.std()
    assert with_it.shape == stripes.shape
