"""Paths between pairs, and what is measured along them, with judges whose verdicts are known."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.variational_autoencoder.interpolation import (
    CONFIDENT,
    STEPS,
    Judge,
    judge_paths,
    paths,
    recognised,
)


@pytest.fixture
def judge() -> Judge:
    """Codes are logarithms, so the path between codes is geometric; the digit is told by the mean pixel."""

    def classify(pixels: np.ndarray) -> np.ndarray:
        mean = pixels.mean(1)
        top = np.where(np.abs(mean - np.round(mean)) < 1e-6, 0.95, 0.5)
        return np.stack([top, *[(1 - top) / 9] * 9], axis=1)

    return Judge(encode=np.log, decode=np.exp, classify=classify, bound=lambda pixels: -pixels.sum(1))


def test_lines_between_codes_are_decoded_and_those_between_pixels_are_not(judge: Judge) -> None:
    first, last = np.full((1, 3), 1.0), np.full((1, 3), 256.0)
    made = paths(judge, first, last)
    np.testing.assert_allclose(made["codes"][0, :, 0], 2.0 ** np.arange(9))
    np.testing.assert_allclose(made["pixels"][0, :, 0], 1 + 255 * np.arange(9) / 8)
    assert made["codes"].shape == made["pixels"].shape == (1, STEPS + 1, 3)


def test_recognised_is_a_matter_of_the_largest_probability() -> None:
    probabilities = np.zeros((2, 3, 10))
    probabilities[..., 0], probabilities[..., 1] = 1 - CONFIDENT, CONFIDENT
    probabilities[1, 2, 1] -= 0.01
    np.testing.assert_array_equal(recognised(probabilities), [[True, True, True], [True, True, False]])


def test_verdicts_are_averaged_over_pairs_at_each_point(judge: Judge) -> None:
    path = np.stack([np.full((9, 2), 3.0), np.arange(9)[:, None] / 2 * np.ones(2)])
    found = judge_paths(judge, path)
    np.testing.assert_allclose(found["recognised"], [1, 0.5] * 4 + [1])
    np.testing.assert_allclose(found["bound"], -(3.0 + np.arange(9) / 2))
