"""Pairs of test images drawn with a seed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare

from experiments.variational_autoencoder.data import draw_pairs

LABELS = np.random.default_rng(0).integers(0, 10, 500)


def test_ten_pairs_of_the_same_digit_show_each_digit_once() -> None:
    pairs = draw_pairs(LABELS, 25, same=True, seed=1)
    np.testing.assert_array_equal(LABELS[pairs[:, 0]], np.arange(25) % 10)
    np.testing.assert_array_equal(LABELS[pairs[:, 0]], LABELS[pairs[:, 1]])
    assert np.all(pairs[:, 0] != pairs[:, 1])


def test_pairs_of_different_digits_differ() -> None:
    pairs = draw_pairs(LABELS, 300, same=False, seed=1)
    assert pairs.shape == (300, 2)
    assert np.all(LABELS[pairs[:, 0]] != LABELS[pairs[:, 1]])


@pytest.mark.parametrize("same", [True, False])
def test_the_seed_decides_and_a_longer_draw_begins_alike(same: bool) -> None:
    ten, again, other = (draw_pairs(LABELS, 10, same=same, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(ten, again)
    assert not np.array_equal(ten, other)


def test_pairs_are_uniform() -> None:
    labels = np.repeat(np.arange(10), 3)
    same = draw_pairs(labels, 6000, same=True, seed=0)
    counts = np.bincount(30 * same[:, 0] + same[:, 1], minlength=900)
    assert chisquare(counts[counts > 0]).pvalue > 0.01
    assert np.count_nonzero(counts) == 60  # 10 digits, 3 · 2 ordered pairs
    different = draw_pairs(labels, 9000, same=False, seed=0)
    counts = np.bincount(30 * different[:, 0] + different[:, 1], minlength=900)
    assert chisquare(counts[counts > 0]).pvalue > 0.01
    assert np.count_nonzero(counts) == 30 * 27


def test_impossible_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="two images of each digit"):
        draw_pairs(np.arange(10), 10, same=True, seed=0)
    with pytest.raises(ValueError, match="images of two digits"):
        draw_pairs(np.zeros(10, int), 10, same=False, seed=0)
