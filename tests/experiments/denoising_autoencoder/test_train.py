"""Training on toy data: the same seed gives the same results, and a known answer is recovered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy.ndimage import gaussian_filter

from experiments.datasets import mnist
from experiments.denoising_autoencoder.config import Config
from experiments.denoising_autoencoder.filters import FILTERS
from experiments.denoising_autoencoder.metrics import METRICS, PARAMETERS
from experiments.denoising_autoencoder.train import make_learners, make_trained, train
from tests.experiments.runs import assert_same
from texloom.results.writer import RunWriter
from texloom.training.checkpoint import Checkpoint

COUNT = 2000


def template_data() -> dict[str, mnist.Split]:
    """Copies of one image: the content under the patch is known, so only the position of the patch must be found."""
    rng = np.random.default_rng(0)
    patterns = gaussian_filter(rng.normal(size=(1, 28, 28)), (0, 2, 2)) > 0
    labels = {"train": rng.integers(0, 1, COUNT), "test": rng.integers(0, 1, 300)}
    return {name: mnist.Split((255 * patterns[each]).astype(np.uint8), each) for name, each in labels.items()}


def install_toy(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Toy images instead of MNIST, two settings of one filter; returns the splits in the order of requests."""
    data, asked = template_data(), []
    monkeypatch.setattr(mnist, "load", lambda split: asked.append(split) or data[split])
    for name, family in FILTERS.items():
        values = {parameter: each[1:2] for parameter, each in family.values.items()} | (
            {"weight": (0.2, 0.3)} if name == "tv" else {}
        )
        monkeypatch.setitem(FILTERS, name, family._replace(values=values))
    return asked


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return install_toy(monkeypatch)


SMALL = {
    "hidden": (64,),
    "epochs": 2,
    "masked_epochs": 1,
    "position_epochs": 1,
    "training_images": COUNT,
    "validation": 200,
    "tuning_images": 20,
    "test_images": 100,
    "images_per_position": 1,
}


def run(seed: int = 0, checkpoint: Checkpoint | None = None, **settings: Any) -> RunWriter:
    writer = RunWriter(METRICS)
    train(Config().changed(SMALL | settings), seed, writer, checkpoint)
    return writer


@pytest.fixture(scope="module")
def quick() -> RunWriter:
    """A small training on the toy images."""
    with pytest.MonkeyPatch.context() as patch:
        install_toy(patch)
        return run()


@pytest.mark.slow  # the other chapters show it in less time
def test_neither_training_nor_choice_reads_the_test_images(
    quick: RunWriter, toy: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With other test images, weights, losses and settings are identical to the bit; the measurements differ."""
    honest = mnist.load

    def other_test(split: str) -> mnist.Split:
        loaded = honest(split)
        return loaded._replace(images=255 - loaded.images) if split == "test" else loaded

    monkeypatch.setattr(mnist, "load", other_test)
    other = run()
    assert toy == ["train", "test"]
    assert list(quick.weights) == list(other.weights)
    for kind in ("weights", "columns"):
        for name, values in getattr(quick, kind).items():
            np.testing.assert_array_equal(values, getattr(other, kind)[name], err_msg=name)
    for name in quick.metrics:
        if name.removeprefix("masked_") in PARAMETERS or name.startswith("validation"):
            assert quick.metrics[name] == other.metrics[name]
    assert quick.metrics["psnr_inside_ours"] != other.metrics["psnr_inside_ours"]


@pytest.mark.slow  # the other chapters show it in less time
def test_held_out_images_are_no_part_of_the_training(quick: RunWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    """With other held-out images, the weights are the same; the validation loss differs."""
    honest = mnist.load

    def other_held_out(split: str) -> mnist.Split:
        loaded = honest(split)
        images = loaded.images.copy()
        if split == "train":
            images[: SMALL["validation"]] = 255 - images[: SMALL["validation"]]
        return loaded._replace(images=images)

    monkeypatch.setattr(mnist, "load", other_held_out)
    other = run()
    for name, values in quick.weights.items():
        np.testing.assert_array_equal(values, other.weights[name], err_msg=name)
    assert quick.columns["denoiser_validation_loss"][-1] != other.columns["denoiser_validation_loss"][-1]


@pytest.mark.slow  # the other chapters show it in less time
def test_the_stored_weights_redraw_what_is_stored(quick: RunWriter) -> None:
    """From its stored weights alone, every network reproduces the stored images from the stored noisy ones."""
    config, networks = Config().changed(SMALL), {}
    for name, learner in make_learners(config, seed=5).items():
        count = len(learner.network.get_weights())
        learner.network.set_weights([quick.weights[f"{name}/{index}"] for index in range(count)])
        networks[name] = learner.network
    trained = make_trained(networks, config)
    noisy = tf.constant(quick.arrays["noisy"].reshape(-1, 784))
    answers = trained.answer(noisy)
    for name in ("ours", "joint", "plain"):
        stored = quick.arrays[f"denoised_{name}"].reshape(-1, 784)
        np.testing.assert_allclose(np.clip(getattr(answers, name), 0, 1), stored, atol=1e-5, err_msg=name)
    masked = np.clip(trained.restore_masked(tf.constant(quick.arrays["masked_noisy"].reshape(-1, 784))), 0, 1)
    np.testing.assert_allclose(masked, quick.arrays["denoised_masked"].reshape(-1, 784), atol=1e-5)


@pytest.mark.slow  # the other chapters show it in less time
def test_the_same_seed_gives_identical_results_and_another_seed_others(toy: list[str]) -> None:
    first, again, other = run(), run(), run(seed=1)
    assert_same(first, again)
    assert set(first.metrics) == set(METRICS)
    assert first.metrics["psnr_inside_ours"] != other.metrics["psnr_inside_ours"]
    assert first.metrics["psnr_inside_noisy"] != other.metrics["psnr_inside_noisy"]  # the noise also differs
    assert toy == ["train", "test"] * 3  # the test images come after the training


@pytest.mark.slow  # the draft's training, which `make test` checks, shows the same with less learning
def test_a_known_answer_is_recovered() -> None:
    made = run(epochs=20, hidden=(128,), batch=32, learning_rate=5e-3)
    value = {name: metric["value"] for name, metric in made.metrics.items()}
    assert value["psnr_inside_ours"] > value["psnr_inside_noisy"] + 10
    assert value["psnr_inside_ours"] > value["psnr_inside_best_filter"] + 8
    assert value["psnr_outside_ours"] > 25
    assert value["located"] > 40  # chance level is a quarter of a per cent
    losses = made.columns["denoiser_validation_loss"]
    assert losses[-1] < 0.5 * losses[0]
    np.testing.assert_array_equal(made.columns["epoch"], np.arange(1, 21))
