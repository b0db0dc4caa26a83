"""Paths between pairs and the measurements along them, with classifiers of known answers."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.variational_autoencoder.interpolation import (
    SPACES,
    STEPS,
    Judge,
    Recogniser,
    judge_paths,
    paths,
)


def classify(pixels: np.ndarray) -> np.ndarray:
    """The digit is the mean of the pixels, with certainty if that is a whole number."""
    mean = pixels.mean(1)
    digit = np.clip(np.round(mean).astype(int), 0, 9)
    top = np.where(np.abs(mean - np.round(mean)) < 1e-6, 0.95, 0.5)
    return np.where(np.arange(10) == digit[:, None], top[:, None], (1 - top[:, None]) / 9)


@pytest.fixture
def judge() -> Judge:
    """Codes are logarithms, so the path between codes is geometric."""
    recognisers = {"one": Recogniser(classify, 0.9), "lenient": Recogniser(classify, 0.4)}
    return Judge(encode=np.log, decode=np.exp, recognisers=recognisers, bound=lambda pixels: -pixels.sum(1))


def test_lines_between_codes_are_decoded_and_those_between_pixels_are_not(judge: Judge) -> None:
    first, last = np.full((1, 3), 1.0), np.full((1, 3), 256.0)
    made = paths(judge, first, last)
    assert tuple(made) == SPACES
    np.testing.assert_allclose(made["codes"][0, :, 0], 2.0 ** np.arange(9))
    np.testing.assert_allclose(made["pixels"][0, :, 0], 1 + 255 * np.arange(9) / 8)
    np.testing.assert_allclose(made["decoded"], made["pixels"])  # this model reproduces its input
    assert all(path.shape == (1, STEPS + 1, 3) for path in made.values())


def test_an_arc_between_codes_keeps_their_norm(judge: Judge) -> None:
    first, last = np.exp([[1.0, 0.0, 0.0]]), np.exp([[0.0, 1.0, 0.0]])
    codes = np.log(paths(judge, first, last)["arc"][0])
    np.testing.assert_allclose(np.linalg.norm(codes, axis=1), 1)
    np.testing.assert_allclose(codes[STEPS // 2], [0.5**0.5, 0.5**0.5, 0], atol=1e-12)


def test_a_threshold_is_set_so_that_a_part_of_the_images_is_recognised() -> None:
    def certainty(pixels: np.ndarray) -> np.ndarray:
        return np.stack([pixels[:, 0], 1 - pixels[:, 0]], axis=1)

    images = np.linspace(0.5, 1, 1001)[:, None]
    recogniser = Recogniser.calibrated(certainty, images, 95.0)
    assert recogniser.threshold == pytest.approx(0.525)
    assert recogniser.recognise(images).any(axis=1).mean() == pytest.approx(0.95, abs=2e-3)


def test_verdicts_are_averaged_over_pairs_at_each_point(judge: Judge) -> None:
    path = np.stack([np.full((9, 2), 3.0), np.arange(9)[:, None] / 2 * np.ones(2)])
    found = judge_paths(judge, path, np.array([[3, 3], [0, 4]]))
    np.testing.assert_allclose(found["one_recognised"], [1, 0.5] * 4 + [1])
    np.testing.assert_allclose(found["one_own"], [1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1])
    np.testing.assert_allclose(found["lenient_recognised"], 1)
    np.testing.assert_allclose(found["bound"], -(3.0 + np.arange(9) / 2))
