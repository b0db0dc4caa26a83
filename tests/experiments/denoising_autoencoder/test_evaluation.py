"""The evaluation, with denoisers of known results."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from experiments.datasets.mnist import SIDE
from experiments.denoising_autoencoder import evaluation
from experiments.denoising_autoencoder.config import Config
from experiments.denoising_autoencoder.corruption import Corrupted, corrupt
from experiments.denoising_autoencoder.evaluation import Answers, Trained
from experiments.denoising_autoencoder.filters import FILTERS, Family, Settings
from experiments.denoising_autoencoder.metrics import METHODS, METRICS, UNCHANGED
from texloom.results.writer import RunWriter

CONFIG = Config(noise="mask", strength=1.0, images_per_position=2)
GREY = tf.fill((30, SIDE**2), 0.5)


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


GAUSSIAN = {"kind": "gaussian", "strength": 0.5, "patch": 8}
SETTINGS: dict[str, Settings] = {
    "median": {"size": 3},
    "nl_means": {"strength": 0.3, "distance": 3, "patch": 3, "sigma": 0.0},
    "tv": {"weight": 0.3},
}


@pytest.fixture(scope="module")
def measured() -> RunWriter:
    """The evaluation of networks that change almost nothing and find the patch in all images except the first.

    A network that changes nothing would have an infinite PSNR outside the patch, which is rejected.
    """
    config, positions = Config(images_per_position=1), []

    def corruption(clean: tf.Tensor, key: tf.Tensor) -> Corrupted:
        corrupted = corrupt(clean, **GAUSSIAN, key=key)
        positions.append(corrupted)
        return corrupted

    def answer(noisy: tf.Tensor) -> Answers:
        found = positions[0].position + tf.constant([[1, 0]] + [[0, 0]] * (len(noisy) - 1))
        inside = tf.cast(positions[0].mask, tf.float32) * (1 - 1e-6) + 1e-6
        return Answers(noisy + 1e-6, noisy, 0.5 * noisy, inside, found, found + 1, tf.fill((len(noisy),), 0.25))

    digits = np.zeros((20, SIDE, SIDE), np.float32)
    digits[:, 6:22, 12:16] = 1
    images, run = tf.constant(digits.reshape(20, -1)), RunWriter(METRICS)
    trained = Trained(answer, lambda noisy: noisy + 1e-6, lambda noisy: noisy)
    trained = trained._replace(answer=lambda noisy: answer(noisy)._replace(joint=noisy + 1e-5))
    evaluation.evaluate(trained, images, SETTINGS, corruption, config, 0, run)
    evaluation.evaluate_masked(trained, images, SETTINGS, corruption, 0, run)
    return run


def test_doing_nothing_is_measured_as_the_noisy_input(measured: RunWriter) -> None:
    value = {name: metric["value"] for name, metric in measured.metrics.items()}
    for quantity in ("psnr_inside", "psnr_whole", "ssim"):
        assert value[f"{quantity}_ours"] == pytest.approx(value[f"{quantity}_noisy"], rel=1e-4)
    assert "psnr_outside_noisy" not in value  # infinite: nothing changed there
    assert value["psnr_whole_noisy"] == pytest.approx(value["psnr_inside_noisy"] + 10 * np.log10(784 / 64))
    assert (value["located"], value["located_joint"], value["dependence"]) == (95, 0, 25)
    filters = [value[f"psnr_inside_{name}"] for name in ("median", "nl_means", "tv")]
    assert value["psnr_inside_best_filter"] == max(filters)
    assert value["psnr_outside_ours"] == pytest.approx(120, abs=1)
    assert value["psnr_masked_ours"] == pytest.approx(value["psnr_masked_noisy"])


def test_a_filter_in_the_patch_found_is_the_filter_there_and_nothing_elsewhere(measured: RunWriter) -> None:
    value = {name: metric["value"] for name, metric in measured.metrics.items()}
    assert value["psnr_inside_gated"] == pytest.approx(value["psnr_inside_nl_means"], abs=1e-3)
    assert value["psnr_outside_gated"] > 100 > value["psnr_outside_nl_means"]


def test_printed_psnr_is_that_of_the_stored_errors(measured: RunWriter) -> None:
    for method, squares in zip(METHODS, measured.arrays["mean_squares"].astype(np.float64), strict=True):
        inside, outside = squares.mean(0)
        decibels = {"inside": inside, "outside": outside, "whole": (64 * inside + 720 * outside) / 784}
        for region, error in decibels.items():
            if (region, method) != UNCHANGED:
                printed = measured.metrics[f"psnr_{region}_{method}"]["value"]
                assert 10 ** (-printed / 10) == pytest.approx(error, rel=1e-4)


def test_settings_are_chosen_and_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "FILTERS", {"tv": Family(FILTERS["tv"].apply, {"weight": (0.1, 0.3)})})
    run = RunWriter(METRICS)
    chosen = evaluation.choose_settings(
        GREY[:2], lambda clean, key: corrupt(clean, **GAUSSIAN, key=key), 0, "masked_", run
    )
    assert chosen == {"tv": {"weight": run.metrics["masked_tv_weight"]["value"]}}


def test_examples_are_kept_for_the_figures(measured: RunWriter) -> None:
    arrays = measured.arrays
    assert arrays["clean"].shape == arrays["noisy"].shape == arrays["denoised_ours"].shape == (8, SIDE, SIDE)
    np.testing.assert_allclose(arrays["noisy"], arrays["denoised_ours"], atol=1e-5)
    changed = np.abs(arrays["noisy"] - arrays["clean"]) > 0
    for image, (row, column) in zip(changed, arrays["position"], strict=True):
        image[row : row + 8, column : column + 8] = False
        assert not image.any()
    np.testing.assert_allclose(arrays["error_by_position"], arrays["noisy_error_by_position"], rtol=1e-4)
