"""The evaluation, with denoisers whose results are known."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from experiments.datasets.mnist import SIDE
from experiments.denoising_autoencoder import evaluation
from experiments.denoising_autoencoder.config import Config
from experiments.denoising_autoencoder.corruption import Corrupted, corrupt
from experiments.denoising_autoencoder.metrics import METRICS
from texloom.results.writer import RunWriter

CONFIG = Config(noise="mask", strength=1.0, images_per_position=2)
GREY = tf.fill((30, SIDE**2), 0.5)


def test_the_strength_with_the_best_result_inside_the_patch_is_chosen() -> None:
    clean = np.full((2, 4, 4), 0.5)
    mask = np.zeros((2, 4, 4))
    mask[:, :2, :2] = 1

    def filter_with(inside: float, outside: float) -> evaluation.Filter:
        return lambda images: clean + inside * mask + outside * (1 - mask)

    candidates = {0.1: filter_with(0.3, 0.0), 0.2: filter_with(0.1, 0.4), 0.3: filter_with(-0.2, 0.0)}
    assert evaluation.tune(candidates, clean, clean, mask) == 0.2


def test_a_perfect_denoiser_has_no_error_at_any_position() -> None:
    restored, noisy = evaluation.error_by_position(lambda _: GREY[:1] + tf.zeros((42, 1)), GREY, CONFIG, seed=0)
    np.testing.assert_array_equal(restored, np.zeros((21, 21)))
    np.testing.assert_allclose(noisy, np.full((21, 21), 0.25))  # every pixel of the patch is black instead of grey


def test_an_error_in_one_pixel_shows_at_the_positions_that_cover_it() -> None:
    wrong = np.full((1, SIDE, SIDE), 0.5, np.float32)
    wrong[0, 2, 25] = 1.0  # row 2, column 25
    restore = lambda noisy: tf.tile(tf.constant(wrong.reshape(1, -1)), (len(noisy), 1))  # noqa: E731
    restored, _ = evaluation.error_by_position(restore, GREY, CONFIG, seed=0)
    expected = np.zeros((21, 21))
    expected[0:3, 18:21] = 0.25 / 64  # first rows 0 to 2, first columns 18 to 20
    np.testing.assert_allclose(restored, expected)


def test_median_of_each_neighbourhood_stays_within_its_image() -> None:
    images = np.zeros((2, SIDE, SIDE))
    images[0, 5, 5] = 1  # a single white pixel is removed
    images[1] = 1
    np.testing.assert_array_equal(evaluation.median(images), np.stack([np.zeros((SIDE, SIDE)), np.ones((SIDE, SIDE))]))


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> RunWriter:
    """The evaluation of a denoiser that does next to nothing, and finds the patch in all but the first image.

    One that does nothing at all has no finite PSNR outside the patch, and that is refused.
    """
    monkeypatch.setattr(evaluation, "TV_WEIGHTS", (0.1, 0.3))
    monkeypatch.setattr(evaluation, "NL_MEANS_STRENGTHS", (0.3,))
    config = Config(images_per_position=1)
    positions = []

    def corruption(clean: tf.Tensor, key: tf.Tensor) -> Corrupted:
        corrupted = corrupt(clean, kind="gaussian", strength=0.5, patch=8, key=key)
        positions.append(corrupted.position)
        return corrupted

    def locate(noisy: tf.Tensor) -> tf.Tensor:
        return positions[0] + tf.constant([[1, 0]] + [[0, 0]] * (len(noisy) - 1))

    digits = np.zeros((20, SIDE, SIDE), np.float32)
    digits[:, 6:22, 12:16] = 1
    images = tf.constant(digits.reshape(20, -1))
    run = RunWriter(METRICS)
    evaluation.evaluate(lambda noisy: noisy + 1e-6, locate, images, images[:5], corruption, config, 0, run)
    return run


def test_doing_nothing_is_measured_as_the_noisy_input(measured: RunWriter) -> None:
    value = {name: metric["value"] for name, metric in measured.metrics.items()}
    for quantity in ("psnr_inside", "psnr_whole", "ssim"):
        assert value[f"{quantity}_ours"] == pytest.approx(value[f"{quantity}_noisy"], rel=1e-4)
    assert "psnr_outside_noisy" not in value  # infinite: nothing changed there
    assert value["psnr_whole_noisy"] == pytest.approx(value["psnr_inside_noisy"] + 10 * np.log10(784 / 64))
    assert value["located"] == 95
    filters = [value[f"psnr_inside_{name}"] for name in ("median", "nl_means", "tv")]
    assert value["psnr_inside_best_filter"] == max(filters)
    assert value["tv_weight"] in (0.1, 0.3)
    assert value["psnr_outside_ours"] == pytest.approx(120, abs=1)


def test_examples_are_kept_for_the_figures(measured: RunWriter) -> None:
    arrays = measured.arrays
    assert arrays["clean"].shape == arrays["noisy"].shape == arrays["denoised"].shape == (8, SIDE, SIDE)
    np.testing.assert_allclose(arrays["noisy"], arrays["denoised"], atol=1e-5)
    changed = np.abs(arrays["noisy"] - arrays["clean"]) > 0
    for image, (row, column) in zip(changed, arrays["position"], strict=True):
        image[row : row + 8, column : column + 8] = False
        assert not image.any()
    np.testing.assert_allclose(arrays["error_by_position"], arrays["noisy_error_by_position"], rtol=1e-4)
