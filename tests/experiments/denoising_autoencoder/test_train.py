"""Training on toy data: the same seed gives the same results, and a known answer is recovered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from experiments.datasets import mnist
from experiments.denoising_autoencoder import evaluation
from experiments.denoising_autoencoder.config import Config
from experiments.denoising_autoencoder.metrics import METRICS
from experiments.denoising_autoencoder.train import train
from tests.experiments.runs import assert_same
from texloom.results.writer import RunWriter
from texloom.training.checkpoint import Checkpoint

COUNT = 2000


def template_data() -> dict[str, mnist.Split]:
    """The same image over and over: what is under the patch is known, only the patch must be found."""
    rng = np.random.default_rng(0)
    patterns = gaussian_filter(rng.normal(size=(1, 28, 28)), (0, 2, 2)) > 0
    labels = {"train": rng.integers(0, 1, COUNT), "test": rng.integers(0, 1, 300)}
    return {name: mnist.Split((255 * patterns[each]).astype(np.uint8), each) for name, each in labels.items()}


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Toy images in the place of MNIST, one strength for each filter; returns the splits in the order asked for."""
    data, asked = template_data(), []
    monkeypatch.setattr(mnist, "load", lambda split: asked.append(split) or data[split])
    monkeypatch.setattr(evaluation, "TV_WEIGHTS", (0.3,))
    monkeypatch.setattr(evaluation, "NL_MEANS_STRENGTHS", (0.3,))
    return asked


def run(seed: int = 0, checkpoint: Checkpoint | None = None, **settings: Any) -> RunWriter:
    small = {"hidden": (64,), "epochs": 2, "training_images": COUNT, "validation": 200, "test_images": 100}
    config = Config(images_per_position=1).changed(small | settings)
    writer = RunWriter(METRICS)
    train(config, seed, writer, checkpoint)
    return writer


@pytest.mark.slow  # the other chapters show it in less time
def test_the_same_seed_gives_identical_results_and_another_seed_others(toy: list[str]) -> None:
    first, again, other = run(), run(), run(seed=1)
    assert_same(first, again)
    assert set(first.metrics) == set(METRICS)
    assert first.metrics["psnr_inside_ours"] != other.metrics["psnr_inside_ours"]
    assert first.metrics["psnr_inside_noisy"] != other.metrics["psnr_inside_noisy"]  # the noise differs, too
    assert toy == ["train", "test"] * 3  # the test images come after the training


def test_a_known_answer_is_recovered() -> None:
    made = run(epochs=20, hidden=(128,), batch=32, learning_rate=5e-3)
    value = {name: metric["value"] for name, metric in made.metrics.items()}
    assert value["psnr_inside_ours"] > value["psnr_inside_noisy"] + 10
    assert value["psnr_inside_ours"] > value["psnr_inside_best_filter"] + 8
    assert value["psnr_outside_ours"] > 25
    assert value["located"] > 40  # by chance it would be a quarter of a percent
    losses = made.columns["validation_loss"]
    assert losses[-1] < 0.5 * losses[0]
    np.testing.assert_array_equal(made.columns["epoch"], np.arange(1, 21))
