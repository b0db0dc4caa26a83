"""The corruption: only the patch changes, all positions are equally frequent, and the noise is as requested."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import chisquare, kstest

from experiments.datasets.mnist import SIDE
from experiments.denoising_autoencoder.corruption import Corrupted, corrupt, corrupt_at, patch_mask

KINDS = ("gaussian", "uniform", "salt_and_pepper", "mask")
CLEAN = tf.constant(np.random.default_rng(0).uniform(0.2, 0.8, (50, SIDE**2)), tf.float32)
GREY = tf.fill((400, SIDE**2), 0.5)


def key(number: int = 0) -> tf.Tensor:
    return tf.constant([3, 1024 * number])


def damage(
    images: tf.Tensor, kind: str = "gaussian", strength: float = 0.5, number: int = 0, patch: int = 8
) -> Corrupted:
    return corrupt(images, kind=kind, strength=strength, patch=patch, key=key(number))


def inside(corrupted: Corrupted) -> np.ndarray:
    """The pixels in the patches, shape (batch, patch²)."""
    mask = corrupted.mask.numpy()
    return corrupted.noisy.numpy()[mask].reshape(len(mask), -1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("patch", [1, 5, 8, 28])
def test_only_the_patch_changes_and_values_stay_in_range(kind: str, patch: int) -> None:
    noisy, mask, position = (each.numpy() for each in damage(CLEAN, kind, 1.0, patch=patch))
    for image, clean, inside_it, (row, column) in zip(noisy, CLEAN.numpy(), mask, position, strict=True):
        expected = np.zeros((SIDE, SIDE), bool)
        expected[row : row + patch, column : column + patch] = True
        np.testing.assert_array_equal(inside_it.reshape(SIDE, SIDE), expected)
        assert expected.sum() == patch**2
        np.testing.assert_array_equal(image[~inside_it], clean[~inside_it])
    assert (noisy[mask] != CLEAN.numpy()[mask]).mean() > 0.9
    assert 0 <= noisy.min() <= noisy.max() <= 1


def test_positions_are_uniform_over_all_441() -> None:
    position = np.concatenate([damage(tf.zeros((4410, SIDE**2)), number=n).position.numpy() for n in range(10)])
    counts = np.bincount(21 * position[:, 0] + position[:, 1], minlength=441)
    assert len(counts) == 441
    assert chisquare(counts).pvalue > 0.01


def test_the_same_key_gives_the_same_draw_and_another_key_another() -> None:
    first, again, other = damage(CLEAN), damage(CLEAN), damage(CLEAN, number=1)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first.position, other.position)
    assert not np.array_equal(first.noisy, other.noisy)


def test_each_of_the_64_numbers_comes_once_in_the_patch_wherever_it_lies() -> None:
    def numbers(row: int, column: int) -> np.ndarray:
        position = tf.tile(tf.constant([[row, column]]), (len(GREY), 1))
        return inside(corrupt_at(GREY, position, kind="uniform", strength=0.4, patch=8, key=key()))

    first = np.sort(numbers(0, 0))
    assert (np.diff(first, axis=1) > 0).mean() > 0.9999  # 64 different numbers, except for equal 23-bit draws
    for row, column in ((0, 20), (7, 13), (8, 16), (20, 3), (20, 20)):
        np.testing.assert_array_equal(np.sort(numbers(row, column)), first)


def test_gaussian_noise_has_its_mean_and_deviation() -> None:
    noise = inside(damage(GREY, "gaussian", 0.1)) - 0.5
    assert kstest(noise.ravel() / 0.1, "norm").pvalue > 0.01
    neighbours = np.corrcoef(noise[:, :-1].ravel(), noise[:, 1:].ravel())[0, 1]
    assert abs(neighbours) < 0.02
    assert abs(np.corrcoef(noise[:-1].ravel(), noise[1:].ravel())[0, 1]) < 0.02  # no correlation between images either


def test_gaussian_noise_is_clipped_not_wrapped() -> None:
    white = inside(damage(tf.ones((400, SIDE**2)), "gaussian", 0.5))
    assert (white == 1).mean() == pytest.approx(0.5, abs=0.01)


def test_uniform_noise_fills_its_interval() -> None:
    noise = inside(damage(GREY, "uniform", 0.4)) - 0.5
    assert kstest(noise.ravel(), "uniform", args=(-0.4, 0.8)).pvalue > 0.01


def test_salt_and_pepper_come_equally_often() -> None:
    values = inside(damage(GREY, "salt_and_pepper", 0.3))
    assert set(np.unique(values)) == {0.0, 0.5, 1.0}
    assert [(values == level).mean() for level in (0, 1)] == pytest.approx([0.15, 0.15], abs=0.01)


def test_mask_blackens_with_its_probability() -> None:
    values = inside(damage(GREY, "mask", 0.7))
    assert set(np.unique(values)) == {0.0, 0.5}
    assert (values == 0).mean() == pytest.approx(0.7, abs=0.01)


def test_noise_does_not_depend_on_the_position_drawn_with_it() -> None:
    corrupted = damage(GREY, "gaussian", 0.1)
    means = inside(corrupted).mean(1)
    for axis in (0, 1):
        assert abs(np.corrcoef(means, corrupted.position.numpy()[:, axis])[0, 1]) < 0.15


def test_the_mask_of_a_corner() -> None:
    mask = patch_mask(tf.constant([[0, 20]]), 8).numpy().reshape(SIDE, SIDE)
    assert mask[:8, 20:].all()
    assert mask.sum() == 64


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind of noise 'pink'"):
        damage(CLEAN, "pink")


def test_position_and_noise_are_drawn_with_different_keys() -> None:
    corrupted = damage(CLEAN, "uniform")
    options = {"kind": "uniform", "strength": 0.5, "patch": 8}
    neighbour = corrupt_at(CLEAN, corrupted.position, key=key() + tf.constant([0, 1]), **options)
    np.testing.assert_array_equal(corrupted.noisy, neighbour.noisy)
    same = corrupt_at(CLEAN, corrupted.position, key=key(), **options)
    assert not np.array_equal(corrupted.noisy, same.noisy)
