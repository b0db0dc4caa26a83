"""Measurements on images and features with known results."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.emoji_dcgan import evaluation
from experiments.emoji_dcgan.metrics import METRICS
from experiments.inception.weights import Network
from texloom.results.writer import RunWriter

NETWORK = Network("a test's network", "abcdef0123456789" * 4)
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (60, 32, 32, 3), np.uint8)


def values(run: RunWriter) -> dict[str, float]:
    return {name: metric["value"] for name, metric in run.metrics.items()}


def test_losses_of_the_tail_and_what_they_prove() -> None:
    run = RunWriter(METRICS)
    loss = np.concatenate([np.full(900, 9.0), np.full(100, 0.2)])
    evaluation.measure_losses({"discriminator_loss": loss, "generator_loss": loss + 0.1}, run)
    value = values(run)
    assert value["discriminator_loss"] == pytest.approx(0.2)
    assert value["generator_loss"] == pytest.approx(0.3)
    assert value["divergence_bound"] == pytest.approx(0.4)


def test_the_bound_is_zero_at_equilibrium_and_two_for_a_perfect_discriminator() -> None:
    assert evaluation.lower_bound(0.25) == 0
    assert evaluation.lower_bound(0.0) == 2


@pytest.mark.parametrize("count", [10, 11])
def test_halves_are_disjoint_and_equal(count: int) -> None:
    first, second = evaluation.halves(count, seed=0)
    assert len(first) == len(second) == 5
    assert not set(first) & set(second)
    assert not np.array_equal(first, evaluation.halves(count, seed=1)[0])


def test_uniform_noise_has_every_byte_equally_often() -> None:
    noise = evaluation.uniform_noise(100, (32, 32, 3), seed=0)
    counts = np.bincount(noise.ravel(), minlength=256)
    assert noise.dtype == np.uint8
    assert counts.min() > 0.85 * counts.mean()


def test_noise_has_the_asked_deviation_and_blur_keeps_a_constant() -> None:
    grey = np.full((20, 32, 32, 3), 128, np.uint8)
    noisy = evaluation.damage(grey, "noise", 8.0, seed=0).astype(float)
    assert noisy.std() == pytest.approx(8, rel=0.02)
    assert noisy.mean() == pytest.approx(128, abs=0.2)
    np.testing.assert_array_equal(evaluation.damage(grey, "blur", 2.0, seed=0), grey)
    colours = np.zeros((1, 32, 32, 3), np.uint8)
    colours[..., 0] = 255  # images and colours must not be mixed
    np.testing.assert_array_equal(evaluation.damage(colours, "blur", 2.0, seed=0), colours)


def test_distances_of_shifted_features_are_the_shift_squared() -> None:
    run, real = RunWriter(METRICS), RNG.normal(size=(80, 4))
    evaluation.measure_distances(
        real, {"generator": real + np.array([3, 0, 4, 0]), "average": real.copy()}, NETWORK, 0, run
    )
    value = values(run)
    assert value["real_fid"] == pytest.approx(0, abs=1e-9)
    assert value["generator_fid"] == pytest.approx(25)
    assert value["average_fid"] == pytest.approx(0, abs=1e-9)
    assert value["half_fid"] > 0.01
    assert value["generator_kid"] > value["average_kid"]
    assert value["generator_kid_error"] == run.metrics["generator_kid"]["error"] > 0
    assert run.metrics["generator_fid"]["error"] > 0
    assert run.metrics["half_fid"]["error"] > 0
    assert "error" not in run.metrics["real_fid"]
    evaluation.measure_gain(run)
    assert values(run)["fid_gain"] > 3
    assert values(run)["kid_gain"] > 3
    assert (value["real_count"], value["half_count"], value["generator_count"]) == (80, 40, 80)
    assert run.metrics["generator_fid"]["meaning"].endswith("generator, 80 images (a test's network, sha256 abcdef01)")
    assert "real_kid" not in value  # a set compared with itself is not two samples


def test_damage_is_measured_at_every_level() -> None:
    def extract(images: np.ndarray) -> np.ndarray:
        return images[:, 2:8, 2:8].reshape(len(images), -1)[:, ::13].astype(np.float64)

    run = RunWriter(METRICS)
    smooth = evaluation.damage(IMAGES, "blur", 3.0, seed=9)
    evaluation.measure_damage(extract, smooth, extract(smooth), 30, 0, run)
    for kind, levels in evaluation.DAMAGES.items():
        distances = run.arrays[f"{kind}_distances"]
        assert distances.shape == (len(levels) + 1,)
        assert values(run)[f"{kind}_least_rise"] == pytest.approx(np.diff(distances).min())
    assert values(run)["noise_least_rise"] > 0
    assert run.arrays["noise_distances"][0] == run.arrays["blur_distances"][0]


def test_copies_are_found() -> None:
    run, real = RunWriter(METRICS), RNG.normal(size=(60, 5))
    evaluation.measure_copies(IMAGES, real, IMAGES[5:25], real[5:25], 0, run)
    value = values(run)
    assert value["sample_nearest"] == 0
    assert value["near_copies"] == 100
    assert value["least_nearest"] == 0
    assert value["real_nearest"] > 0
    shown = run.arrays["neighbours"]
    assert shown.shape == (10, 5, 32, 32, 3)
    np.testing.assert_array_equal(shown[:, 0], shown[:, 1])  # the nearest is the image itself
    order = np.argsort(((real - real[5]) ** 2).sum(axis=1))
    np.testing.assert_array_equal(shown[0, 1:], IMAGES[order[:4]])


def test_samples_far_from_everything_are_no_copies() -> None:
    run, real = RunWriter(METRICS), RNG.normal(size=(60, 5))
    evaluation.measure_copies(IMAGES, real, IMAGES[:20], real[:20] + 50, 0, run)
    assert values(run)["near_copies"] == 0
    assert values(run)["sample_nearest"] > 10 * values(run)["real_nearest"]


@pytest.mark.parametrize(("down", "across"), [(5, 0), (0, 5), (3, 4), (16, 16), (16, 2)])
def test_the_power_of_a_wave_is_at_its_two_frequencies(down: int, across: int) -> None:
    row, column = np.mgrid[:32, :32]
    wave = 0.5 + 0.25 * np.cos(2 * np.pi * (down * row + across * column) / 32)
    power = evaluation.mean_power(255 * np.broadcast_to(wave[..., None], (1, 32, 32, 3)))
    assert power.shape == (17, 17)
    assert power[0, 0] == pytest.approx(0.25)
    power[0, 0] = 0
    assert np.unravel_index(power.argmax(), power.shape) == (down, across)
    # a wave has a positive and a negative frequency; for some frequencies the two are the same
    assert power.max() == pytest.approx({(5, 0): 1, (0, 5): 1, (3, 4): 0.5, (16, 16): 4, (16, 2): 1}[down, across] / 64)


def test_rings_average_over_all_frequencies_and_signs() -> None:
    """The definition, on the full frequency plane."""
    grey = IMAGES.mean(axis=-1) / 255
    whole = np.mean(np.abs(np.fft.fft2(grey)) ** 2, axis=0) / 32**4
    frequency = np.fft.fftfreq(32, 1 / 32)
    radius = np.rint(np.hypot(*np.meshgrid(frequency, frequency)))
    expected = [whole[radius == each].mean() for each in range(17)]
    np.testing.assert_allclose(evaluation.ring_means(evaluation.mean_power(IMAGES)), expected)


def test_the_spectrum_of_noise_is_flat() -> None:
    power = evaluation.mean_power(RNG.normal(128, 10, (400, 32, 32, 3)))
    assert power.ravel()[1:].max() / power.ravel()[1:].min() < 2
    rings = evaluation.ring_means(power)[1:]
    assert rings.max() / rings.min() < 1.3


def test_half_the_contrast_is_a_quarter_of_the_power_and_patterns_show_where_they_are() -> None:
    run, soft = RunWriter(METRICS), 128 + (IMAGES - 128.0) / 2
    signs = (-1.0) ** np.arange(32)
    checks = 40 * np.outer(signs, signs)[..., None]
    samples = {"generator": soft + 40 * signs[:, None], "average": soft + checks}
    evaluation.measure_spectra(IMAGES, samples, dict.fromkeys(samples, soft), run)
    found = values(run)
    plain = {"rows", "columns", "checks"}
    for name, pattern in (("generator", "columns"), ("average", "checks")):
        assert found[f"{name}_{pattern}_power"] > 10
        for other in plain - {pattern}:
            assert found[f"{name}_{other}_power"] == pytest.approx(0.25)
        for other in ("least", "other", "levelled"):
            assert found[f"{name}_{other}_power"] == pytest.approx(0.25)
    assert found["generator_last_power"] > 0.3
    np.testing.assert_allclose(run.arrays["average_power"], 0.25)  # the rings do not reach the corner
