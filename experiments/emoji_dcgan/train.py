"""Training step and training of the emoji DCGAN.

The comments "line n" refer to the task's Algorithm 1, alg:emoji-dcgan in the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from experiments.datasets import emoji
from experiments.emoji_dcgan.config import Config
from experiments.emoji_dcgan.convolution import level_parities
from experiments.emoji_dcgan.evaluation import evaluate, measure_losses
from experiments.emoji_dcgan.features import cached_features
from experiments.emoji_dcgan.model import INITIAL_DEVIATION, build_discriminator, build_generator
from experiments.emoji_dcgan.normalisation import recompute_batch_statistics
from experiments.generative.adversarial import least_squares_discriminator, least_squares_generator
from experiments.generative.interpolation import interpolate
from experiments.generative.latent import draw_latent
from experiments.inception import extractor as inception
from experiments.inception.formats import FROZEN_GRAPH
from experiments.inception.weights import NAMES
from texloom.errors import ReportError
from texloom.results.tiling import tile, to_bytes
from texloom.training import live, loop
from texloom.training.architecture import describe
from texloom.training.checkpoint import Checkpoint
from texloom.training.networks import descend

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

DISCRIMINATOR_NOISE, GENERATOR_NOISE = 0, 1
"""Numbers of the random streams within an iteration."""

FIXED, STATISTICS, EVALUATION, INTERPOLATION = -1, -2, -3, -4
"""Iteration numbers that training never reaches, used as keys of the latent codes drawn for figures and metrics."""

GENERATED_AT_A_TIME = 500
"""Images that the generator draws in one call, which bounds the memory."""


@dataclass(frozen=True)
class Networks:
    """The two networks, the average of the generator's weights, and the optimisers."""

    generator: keras.Model
    discriminator: keras.Model
    average: keras.Model
    generator_optimizer: keras.Optimizer
    discriminator_optimizer: keras.Optimizer

    @classmethod
    def build(cls, config: Config, seed: int) -> Networks:
        """Networks with the initial weights of `seed`; the average starts at the generator."""
        generator, discriminator = build_generator(config.latent_dim, seed), build_discriminator(seed)
        average = build_generator(config.latent_dim, seed, name="average")
        optimizers = []
        for network in (generator, discriminator):
            optimizer = keras.optimizers.Adam(config.learning_rate, config.beta_1, 0.999, epsilon=1e-8)
            optimizer.build(network.trainable_variables)
            optimizers.append(optimizer)
        return cls(generator, discriminator, average, *optimizers)

    @property
    def state(self) -> list[Any]:
        """All variables, to be stored in a checkpoint."""
        networks = (self.generator, self.discriminator, self.average)
        return [
            variable
            for part in (*networks, self.generator_optimizer, self.discriminator_optimizer)
            for variable in part.variables
        ]


def as_input(images: tf.Tensor) -> tf.Tensor:
    """uint8 images scaled for the networks, float32 in [−1, 1]."""
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def as_bytes(images: np.ndarray) -> np.ndarray:
    """Generated images with values in [−1, 1], rounded to the 256 levels of the real ones, uint8."""
    return to_bytes(127.5 * (np.asarray(images) + 1.0))


def update_average(average: keras.Model, generator: keras.Model, decay: float) -> None:
    """Move the average's weights towards the generator's."""
    pairs = zip(average.trainable_variables, generator.trainable_variables, strict=True)
    for slow, fast in pairs:
        slow.assign(decay * slow + (1.0 - decay) * fast)


def make_step(networks: Networks, images: tf.Tensor, config: Config, seed: int) -> loop.Step:
    """One iteration of the task's Algorithm 1 as a function of its number and the batch's row numbers."""
    generator, discriminator = networks.generator, networks.discriminator

    def noise(iteration: tf.Tensor, stream: int) -> tf.Tensor:
        return draw_latent(config.batch, config.latent_dim, loop.step_seed(seed, iteration, stream))

    def step(iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        real = as_input(tf.gather(images, rows))  # line 2
        latent = noise(iteration, DISCRIMINATOR_NOISE)  # line 3
        fake = generator(latent, training=True)  # line 4
        with tf.GradientTape() as tape:
            real_score = discriminator(real, training=True)
            fake_score = discriminator(fake, training=True)
            loss_d = least_squares_discriminator(real_score, fake_score)  # line 5
        descend(tape, loss_d, discriminator.trainable_variables, networks.discriminator_optimizer)  # line 6

        latent = noise(iteration, GENERATOR_NOISE)  # line 7
        with tf.GradientTape() as tape:
            fake = generator(latent, training=True)  # line 8
            loss_g = least_squares_generator(discriminator(fake, training=True))  # line 9
        descend(tape, loss_g, generator.trainable_variables, networks.generator_optimizer)  # line 10
        update_average(networks.average, generator, config.average_decay)
        return {"discriminator_loss": loss_d, "generator_loss": loss_g}

    return step


class SampleRenderer:
    """Draws images of latent codes in inference mode, with batch statistics of the same codes every time."""

    def __init__(self, config: Config, seed: int) -> None:
        self.config, self.seed = config, seed
        self.statistics_codes = self.codes(STATISTICS, config.settling_codes)

    def codes(self, purpose: int, count: int) -> tf.Tensor:
        """Latent codes of shape (count, latent_dim), always the same for the same purpose."""
        return draw_latent(count, self.config.latent_dim, loop.step_seed(self.seed, purpose))

    def __call__(self, generator: keras.Model, latent: Any) -> np.ndarray:
        """Images of latent codes of shape (n, latent_dim): uint8 of shape (n, 32, 32, 3)."""
        recompute_batch_statistics(generator, self.statistics_codes)
        starts = range(0, len(latent), GENERATED_AT_A_TIME)
        parts = [generator(latent[start : start + GENERATED_AT_A_TIME], training=False) for start in starts]
        return as_bytes(np.concatenate([np.asarray(part) for part in parts]))


def load_images(config: Config) -> np.ndarray:
    """The training images. Raises ReportError if there are fewer than a batch."""
    images = emoji.load().images[: config.real_images]
    if len(images) < config.batch:
        raise ReportError(
            emoji.FOLDER, f"{len(images)} images, and a batch takes {config.batch}", "set EMOJI_DIR to the whole set"
        )
    return images


def train(config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None = None) -> None:
    """Train by Algorithm 1, then draw and measure; store everything in `run`."""
    images = load_images(config)
    networks, render = Networks.build(config, seed), SampleRenderer(config, seed)
    fixed = render.codes(FIXED, config.fixed_codes)
    untrained = render(networks.generator, render.codes(EVALUATION, config.control_images))

    training = loop.Training(
        label=f"emoji DCGAN, seed {seed}",
        step=make_step(networks, tf.constant(images), config, seed),
        steps=config.iterations,
        block=config.sample_every,
        variables=networks.state,
        batches=loop.epoch_batches(seed, len(images), config.batch),
        loop_in_graph=False,
    )
    history = loop.run(
        training,
        checkpoint,
        measure=lambda _done: {"snapshots": render(networks.generator, fixed)},
        every=1,
        observers=[live.Curves(lambda measured: {"generated": tile(measured["snapshots"], 8)})],
    )
    run.array("snapshots", history.pop("snapshots"))
    run.history({"iteration": history.pop("step"), **history})
    measure_losses(history, run)
    run.metric("initial_deviation", INITIAL_DEVIATION)
    for network in (networks.generator, networks.discriminator):
        run.architecture(network.name, describe(network))
    draw_and_measure(networks, render, images, untrained, config, seed, run)


def draw_and_measure(
    networks: Networks,
    render: SampleRenderer,
    images: np.ndarray,
    untrained: np.ndarray,
    config: Config,
    seed: int,
    run: RunWriter,
) -> None:
    """Store samples, interpolations and distances of the last generator and of the average."""
    codes = render.codes(EVALUATION, config.evaluation_images)
    samples = {network.name: render(network, codes) for network in (networks.generator, networks.average)}
    ends = render.codes(INTERPOLATION, 2 * INTERPOLATED_ROWS)
    run.array("interpolations", render_interpolations(render, networks.average, ends))
    save_weights(networks, images[: config.settling_codes], run)
    extract = inception.load_extractor()
    run.metric("canonical_network", extract.network.name == NAMES[FROZEN_GRAPH])
    features = cached_features(extract, images, Path(emoji.FOLDER, "features"))
    codes = codes[: config.levelled_images]
    levelled = {each.name: render(levelled_copy(each), codes) for each in (networks.generator, networks.average)}
    evaluate(extract, images, features, samples, levelled, untrained, config, seed, run)


def levelled_copy(generator: keras.Model) -> keras.Model:
    """The generator with a last kernel that draws no checkerboard in flat areas."""
    copy = build_generator(generator.input_shape[1], seed=0, name="levelled")
    *others, last = generator.get_weights()
    copy.set_weights([*others, level_parities(last)])
    return copy


def save_weights(networks: Networks, real: np.ndarray, run: RunWriter) -> None:
    """Store the weights with the statistics of inference mode.

    The generators are stored with the statistics with which their images were drawn, the discriminator with the
    statistics of some training images, whose scores are also stored.
    """
    recompute_batch_statistics(networks.discriminator, as_input(tf.constant(real)))
    run.array("scored", real[:SCORED])
    run.array(
        "scores", np.asarray(networks.discriminator(as_input(tf.constant(real[:SCORED])), training=False)).ravel()
    )
    for network in (networks.generator, networks.discriminator, networks.average):
        run.save_weights(network.name, network.get_weights())


SCORED = 16
"""Number of training images whose scores are stored with the weights of the discriminator."""

INTERPOLATED_ROWS, INTERPOLATED_COLUMNS = 5, 10


def render_interpolations(render: SampleRenderer, generator: keras.Model, ends: tf.Tensor) -> np.ndarray:
    """Images on straight lines between pairs of latent codes: (rows, columns, 32, 32, 3), including the ends."""
    first, last = np.split(np.asarray(ends), 2)
    codes = interpolate(first, last, INTERPOLATED_COLUMNS)
    drawn = render(generator, codes.reshape(-1, codes.shape[-1]))
    return drawn.reshape(*codes.shape[:2], *drawn.shape[1:])
