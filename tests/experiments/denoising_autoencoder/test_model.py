"""The denoiser: its gate compared with counting, and its loss at the minimiser derived in the text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import logit, softmax

from experiments.datasets.mnist import SIDE
from experiments.denoising_autoencoder.corruption import patch_mask
from experiments.denoising_autoencoder.model import (
    Prediction,
    build_denoiser,
    build_joint_position,
    build_plain,
    denoise,
    denoising_loss,
    dependence,
    gate,
    joint_gate,
    most_probable,
    plain_loss,
    position_loss,
)


@pytest.mark.parametrize("patch", [1, 8, 27])
def test_gate_is_the_sum_over_positions_that_cover_a_pixel(patch: int) -> None:
    positions = SIDE - patch + 1
    rng = np.random.default_rng(0)
    row, column = rng.normal(size=(2, 3, positions)).astype(np.float32) * 2
    expected = np.zeros((3, SIDE, SIDE))
    for top in range(positions):
        for left in range(positions):
            weight = softmax(row, axis=1)[:, top] * softmax(column, axis=1)[:, left]
            expected[:, top : top + patch, left : left + patch] += weight[:, None, None]
    found = gate(tf.constant(row), tf.constant(column), patch).numpy()
    np.testing.assert_allclose(found.reshape(3, SIDE, SIDE), expected, atol=1e-5)
    np.testing.assert_allclose(found.sum(1), patch**2, rtol=1e-5)
    assert 0 <= found.min() <= found.max() <= 1 + 1e-5


def fixed_output(row: int, column: int, estimate: float) -> Any:
    """A stub for a network that is certain of a position and fills the patch with one grey level."""

    def network(noisy: tf.Tensor) -> list[tf.Tensor]:
        count = len(noisy)
        one_hot = [1000 * tf.one_hot(tf.fill((count,), index), SIDE - 7) for index in (row, column)]
        return [tf.fill((count, SIDE**2), float(logit(estimate))), *one_hot]

    return network


def test_what_is_not_in_the_patch_is_passed_through() -> None:
    noisy = tf.constant(np.random.default_rng(0).uniform(size=(2, SIDE**2)), tf.float32)
    restored = denoise(fixed_output(3, 15, 0.25), noisy, 8).numpy().reshape(2, SIDE, SIDE)
    expected = noisy.numpy().reshape(2, SIDE, SIDE).copy()
    expected[:, 3:11, 15:23] = 0.25
    np.testing.assert_allclose(restored, expected, atol=1e-6)


def test_the_joint_gate_counts_positions_and_is_the_product_of_independent_ones() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(3, 441)).astype(np.float32) * 3
    expected = np.zeros((3, SIDE, SIDE))
    for number, weight in enumerate(softmax(logits, axis=1).T):
        top, left = divmod(number, 21)
        expected[:, top : top + 8, left : left + 8] += weight[:, None, None]
    np.testing.assert_allclose(joint_gate(tf.constant(logits), 8).numpy().reshape(3, SIDE, SIDE), expected, atol=1e-5)
    row, column = rng.normal(size=(2, 3, 21)).astype(np.float32)
    independent = tf.constant((row[:, :, None] + column[:, None, :]).reshape(3, 441))
    product = gate(tf.constant(row), tf.constant(column), 8)
    np.testing.assert_allclose(joint_gate(independent, 8), product, atol=1e-5)
    np.testing.assert_allclose(dependence(independent, 8), 0, atol=1e-5)


def test_two_places_that_look_alike_are_half_dependent() -> None:
    """If (0, 0) and (5, 7) are equally probable, the product gives each of four positions a quarter."""
    logits = np.full((1, 441), -1000, np.float32)
    logits[0, [0, 5 * 21 + 7]] = 0
    np.testing.assert_allclose(dependence(tf.constant(logits), 8), [0.5], atol=1e-6)
    logits[0, 5 * 21 + 7] = 1
    np.testing.assert_array_equal(most_probable(tf.constant(logits), 8), [[5, 7]])
    assert float(position_loss(tf.constant(logits), tf.constant([[5, 7]]), 8)) == pytest.approx(np.log(1 + np.exp(-1)))


def test_the_joint_position_stands_on_the_last_hidden_layer() -> None:
    denoiser = build_denoiser((16, 12), 8, seed=0)
    joint = build_joint_position(denoiser, (16, 12), 8, seed=0)
    assert joint(tf.zeros((2, SIDE**2))).shape == (2, 441)
    assert joint.get_layer("hidden_2") is denoiser.get_layer("hidden_2")
    assert joint.get_layer("position").count_params() == 12 * 441 + 441


def test_the_plain_perceptron_is_compared_in_all_pixels() -> None:
    plain = build_plain((16, 12), seed=0)
    assert plain.count_params() == (784 * 16 + 16) + (16 * 12 + 12) + (12 * 784 + 784)
    clean = np.zeros((1, SIDE**2), np.float32)
    clean[0, :196] = 1
    logits = tf.fill((1, SIDE**2), float(logit(0.25)))
    expected = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    assert float(plain_loss(logits, tf.constant(clean))) == pytest.approx(expected, rel=1e-5)


def test_loss_at_its_minimiser_has_no_gradient_and_the_value_of_the_entropies() -> None:
    """All noisy images are equal, so the best estimate is a mean of clean images, and the best row a frequency."""
    rng = np.random.default_rng(0)
    count, patch, weight = 200, 8, 0.3
    clean = rng.uniform(size=(count, SIDE**2)).astype(np.float32)
    position = rng.integers(0, 3, (count, 2)).astype(np.int32)
    mask = patch_mask(tf.constant(position), patch)
    inside = mask.numpy()
    covered = inside.sum(0)
    mean = np.where(covered > 0, (inside * clean).sum(0) / np.maximum(covered, 1), 0.5)
    frequencies = [np.bincount(position[:, axis], minlength=21) / count for axis in (0, 1)]
    best = [logit(mean), *(np.log(frequency + 1e-30) for frequency in frequencies)]
    outputs = [tf.Variable(values.astype(np.float32)) for values in best]

    def loss() -> tf.Tensor:
        prediction = Prediction(*(tf.tile(values[None], (count, 1)) for values in outputs))
        return denoising_loss(prediction, tf.constant(clean), mask, tf.constant(position), weight)

    with tf.GradientTape() as tape:
        value = loss()
    for gradient in tape.gradient(value, outputs):
        np.testing.assert_allclose(np.asarray(gradient), 0, atol=1e-6)
    pixel = -(clean * np.log(mean) + (1 - clean) * np.log(1 - mean))
    entropy = sum(-(frequency * np.log(frequency + 1e-30)).sum() for frequency in frequencies)
    assert float(value) == pytest.approx(pixel[inside].mean() + weight * entropy, rel=1e-5)
    outputs[0].assign_add(rng.normal(size=SIDE**2).astype(np.float32))
    assert float(loss()) > float(value) + 1e-3


def test_pixels_outside_the_patch_do_not_enter_the_loss() -> None:
    position = tf.constant([[2, 3]])
    mask = patch_mask(position, 8)
    prediction = Prediction(tf.zeros((1, SIDE**2)), tf.zeros((1, 21)), tf.zeros((1, 21)))
    clean = np.zeros((1, SIDE**2), np.float32)
    losses = []
    for value in (0.0, 1.0):
        clean[~mask.numpy()] = value
        losses.append(float(denoising_loss(prediction, tf.constant(clean), mask, position, 1.0)))
    assert losses[0] == losses[1] == pytest.approx(np.log(2) + 2 * np.log(21), rel=1e-6)


def test_network_has_the_shapes_and_counts_of_its_layers() -> None:
    denoiser = build_denoiser((16, 12), 8, seed=0)
    estimate, row, column = denoiser(tf.zeros((5, SIDE**2)))
    assert [tuple(each.shape) for each in (estimate, row, column)] == [(5, 784), (5, 21), (5, 21)]
    assert denoiser.count_params() == (784 * 16 + 16) + (16 * 12 + 12) + (12 * 784 + 784) + 2 * (12 * 21 + 21)


def test_weights_depend_on_the_seed_alone_and_differ_between_layers() -> None:
    def weights(seed: int) -> list[np.ndarray]:
        return build_denoiser((16, 16, 16), 8, seed).get_weights()

    for one, two in zip(weights(0), weights(0), strict=True):
        np.testing.assert_array_equal(one, two)
    first, other = weights(0), weights(1)
    assert not np.array_equal(first[0], other[0])
    assert not np.array_equal(first[2], first[4])  # the second and third hidden layer have the same shape
