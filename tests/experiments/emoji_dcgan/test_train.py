"""Training on generated images: the lines of the algorithm in order; repeated or resumed, it gives the same bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from experiments.datasets import emoji
from experiments.emoji_dcgan import train as module
from experiments.emoji_dcgan.config import Config
from experiments.emoji_dcgan.metrics import METRICS
from experiments.emoji_dcgan.train import (
    Networks,
    SampleRenderer,
    as_bytes,
    as_input,
    make_step,
    render_interpolations,
    train,
)
from experiments.generative.adversarial import least_squares_discriminator, least_squares_generator
from experiments.inception import extractor as inception
from experiments.inception.weights import Network
from tests.experiments.runs import assert_same
from texloom.errors import ReportError
from texloom.results.writer import RunWriter
from texloom.training import loop
from texloom.training.checkpoint import Checkpoint

QUICK = Config(
    iterations=4, sample_every=2, fixed_codes=16, settling_codes=16, evaluation_images=40, control_images=24,
    damaged_images=12, levelled_images=8, latent_dim=8, batch=4,
)  # fmt: skip
IMAGES = np.random.default_rng(0).integers(0, 256, (48, 32, 32, 3), np.uint8)


class FakeExtractor:
    """Eight features: means of eight blocks of the image."""

    network = Network("a test's network", "0" * 64)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return images.reshape(len(images), 8, -1).mean(axis=2).astype(np.float32)


@pytest.fixture(scope="module", autouse=True)
def no_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Use the images above instead of the emojis, and eight means instead of the network."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emoji, "load", lambda: emoji.Emojis(IMAGES, [f"{n}.png" for n in range(len(IMAGES))]))
        patch.setattr(emoji, "FOLDER", folder)
        patch.setattr(inception, "load_extractor", FakeExtractor)
        yield


def run(checkpoint: Checkpoint | None = None, config: Config = QUICK, seed: int = 0) -> RunWriter:
    writer = RunWriter(METRICS)
    train(config, seed, writer, checkpoint)
    return writer


@pytest.fixture(scope="module")
def quick() -> RunWriter:
    return run()


class KilledError(Exception):
    pass


def killed(at: int, honest: Callable[..., Any]) -> Callable[..., Any]:
    """A renderer that fails at its `at`-th picture."""
    calls = []

    def render(self: SampleRenderer, *arguments: Any) -> np.ndarray:
        calls.append(None)
        if len(calls) == at:
            raise KilledError
        return honest(self, *arguments)

    return render


@pytest.mark.slow
def test_a_killed_training_goes_on_to_the_same_bits(
    quick: RunWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "identity", interval=0)
    with monkeypatch.context() as patch:
        patch.setattr(SampleRenderer, "__call__", killed(3, SampleRenderer.__call__))  # untrained, after 2, after 4
        with pytest.raises(KilledError):
            run(checkpoint)
    with np.load(checkpoint.path) as kept:
        assert kept["iteration"] == 2
    assert_same(quick, run(checkpoint))


def test_what_a_run_holds(quick: RunWriter) -> None:
    np.testing.assert_array_equal(quick.columns["iteration"], [1, 2, 3, 4])
    assert set(quick.metrics) == set(METRICS)
    assert {"discriminator_loss", "generator_loss"} < set(quick.columns)
    assert quick.arrays["snapshots"].shape == (2, 16, 32, 32, 3)
    assert quick.arrays["snapshots"].dtype == np.uint8
    assert quick.arrays["interpolations"].shape == (5, 10, 32, 32, 3)
    assert quick.metrics["generator_count"]["value"] == quick.metrics["average_count"]["value"] == 40
    assert quick.metrics["real_count"]["value"] == 48
    assert list(quick.arrays["network"]) == list(FakeExtractor.network)
    assert quick.metrics["canonical_network"]["value"] == 0
    assert {name.split("/")[0] for name in quick.weights} == {"generator", "discriminator", "average"}


def test_stored_weights_draw_the_stored_images_again(quick: RunWriter) -> None:
    """No batch is needed, because the statistics of inference mode are among the weights."""

    def stored(network: Any) -> Any:
        network.set_weights([values for key, values in quick.weights.items() if key.startswith(f"{network.name}/")])
        return network

    networks = Networks.build(QUICK, seed=7)
    codes = SampleRenderer(QUICK, seed=0).codes(module.EVALUATION, 40)
    for network in (networks.generator, networks.average):
        drawn = as_bytes(stored(network)(codes, training=False)).astype(int)
        assert np.abs(drawn - quick.arrays[f"{network.name}_samples"]).max() <= 1
        assert drawn.std() > 5
    scores = stored(networks.discriminator)(as_input(tf.constant(quick.arrays["scored"])), training=False)
    np.testing.assert_allclose(np.ravel(scores), quick.arrays["scores"], atol=1e-4)


def small() -> tuple[Networks, Config]:
    config = Config(latent_dim=8, batch=4, average_decay=0.75)
    return Networks.build(config, seed=3), config


def after_one_step() -> tuple[Networks, Networks, dict[str, float]]:
    """Untrained networks, the same networks after one iteration, and its losses."""
    (before, config), (after, _) = small(), small()
    losses = make_step(after, tf.constant(IMAGES), config, seed=3)(tf.constant(5), tf.constant([7, 1, 30, 2]))
    return before, after, {name: float(value) for name, value in losses.items()}


def test_one_iteration_is_algorithm_1() -> None:
    """Every line is computed again, with the formulas of TensorFlow and Adam written out."""
    networks, after, losses = after_one_step()
    real = as_input(tf.constant(IMAGES[[7, 1, 30, 2]]))
    codes = [module.draw_latent(4, 8, loop.step_seed(3, 5, stream)) for stream in (0, 1)]
    assert not np.array_equal(codes[0], codes[1])  # each step draws new codes
    generator, discriminator = networks.generator, networks.discriminator
    fake = generator(codes[0], training=True)
    with tf.GradientTape() as tape:
        loss = least_squares_discriminator(discriminator(real, training=True), discriminator(fake, training=True))
    assert losses["discriminator_loss"] == pytest.approx(float(loss), rel=1e-5)
    first_step_of_adam(discriminator, tape.gradient(loss, discriminator.trainable_variables))
    with tf.GradientTape() as tape:
        loss = least_squares_generator(discriminator(generator(codes[1], training=True), training=True))
    assert losses["generator_loss"] == pytest.approx(float(loss), rel=1e-3)
    first_step_of_adam(generator, tape.gradient(loss, generator.trainable_variables))
    for mine, theirs in ((after.discriminator, discriminator), (after.generator, generator)):
        for one, other in zip(mine.trainable_variables, theirs.trainable_variables, strict=True):
            agree = np.isclose(one, other, atol=1e-5)
            assert agree.mean() > 0.99  # a gradient of almost zero may have either sign


def first_step_of_adam(network: Any, gradients: list[Any]) -> None:
    for weight, gradient in zip(network.trainable_variables, gradients, strict=True):
        weight.assign_sub(3e-4 * gradient / (tf.abs(gradient) + 1e-8))


def test_the_average_follows_the_generator_and_nothing_follows_it() -> None:
    before, after, _ = after_one_step()
    weights = (each.trainable_variables for each in (before.average, after.generator, after.average))
    for start, fast, slow in zip(*weights, strict=True):
        np.testing.assert_allclose(slow, 0.75 * start + 0.25 * fast, atol=1e-6)


def test_both_networks_move_once_and_each_only_in_its_own_step() -> None:
    _, after, _ = after_one_step()
    assert int(after.generator_optimizer.iterations) == int(after.discriminator_optimizer.iterations) == 1


def test_bytes_and_network_values_are_each_other_s_inverse() -> None:
    every = np.arange(256, dtype=np.uint8)
    values = np.asarray(as_input(tf.constant(every)))
    assert (values[0], values[-1]) == (-1, 1)
    np.testing.assert_array_equal(as_bytes(values), every)
    np.testing.assert_array_equal(as_bytes(np.array([-1.5, 1.5, 0.0039])), [0, 255, 128])


def test_an_image_depends_on_its_own_code_only() -> None:
    networks, config = small()
    render = SampleRenderer(config.changed({"settling_codes": 16}), seed=0)
    codes = render.codes(7, 5)
    together = render(networks.generator, codes).astype(int)
    alone = np.concatenate([render(networks.generator, codes[n : n + 1]) for n in range(5)])
    assert np.abs(together - alone).max() <= 1  # rounding
    assert np.abs(together[0] - together[1]).max() > 1


def test_interpolations_start_and_end_at_the_codes() -> None:
    networks, config = small()
    render = SampleRenderer(config, seed=0)
    ends = render.codes(7, 4)
    rows = render_interpolations(render, networks.generator, ends).astype(int)
    assert rows.shape == (2, 10, 32, 32, 3)
    drawn = render(networks.generator, ends).astype(int)
    assert np.abs(rows[:, 0] - drawn[:2]).max() <= 1
    assert np.abs(rows[:, -1] - drawn[2:]).max() <= 1


def test_fewer_images_than_a_batch_are_refused_with_path_and_count() -> None:
    with pytest.raises(ReportError, match=r"48 images are fewer than a batch of 64") as error:
        train(Config(batch=64), 0, RunWriter(METRICS))
    assert error.value.where == str(emoji.FOLDER)
