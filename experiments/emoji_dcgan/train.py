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
from experiments.emoji_dcgan.evaluation import evaluate, measure_losses
from experiments.emoji_dcgan.features import cached_features
from experiments.emoji_dcgan.model import (
    INITIAL_DEVIATION,
    build_discriminator,
    build_generator,
    discriminator_loss,
    generator_loss,
)
from experiments.emoji_dcgan.normalisation import settle
from experiments.inception import weights as inception
from texloom.errors import ReportError
from texloom.results.tiling import tile
from texloom.training import loop
from texloom.training.architecture import describe
from texloom.training.checkpoint import Checkpoint
from texloom.training.random_numbers import draw_uniform

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

DISCRIMINATOR_NOISE, GENERATOR_NOISE = 0, 1
"""Random streams of an iteration."""

FIXED, SETTLING, EVALUATION, INTERPOLATION = -1, -2, -3, -4
"""Iteration numbers that training never reaches: the keys of the latent codes drawn for figures and metrics."""

GENERATED_AT_A_TIME = 500
"""Images that the generator draws in one call: bounds the memory."""


@dataclass(frozen=True)
class Networks:
    """The two players, the average of the generator's weights, and what trains them."""

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
        """All variables: what a checkpoint keeps."""
        networks = (self.generator, self.discriminator, self.average)
        return [
            variable
            for part in (*networks, self.generator_optimizer, self.discriminator_optimizer)
            for variable in part.variables
        ]


def draw_latent(count: int, latent_dim: int, key: tf.Tensor) -> tf.Tensor:
    """Latent codes uniform in [−1, 1], shape (count, latent_dim)."""
    return draw_uniform((count, latent_dim), key, -1.0, 1.0)


def as_input(images: tf.Tensor) -> tf.Tensor:
    """uint8 images as the networks see them, float32 in [−1, 1]."""
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def as_bytes(images: np.ndarray) -> np.ndarray:
    """Generated images, values in [−1, 1], rounded to the same 256 levels as the real ones, uint8."""
    return np.clip(np.rint(127.5 * (np.asarray(images) + 1.0)), 0, 255).astype(np.uint8)


def descend(tape: tf.GradientTape, loss: tf.Tensor, network: keras.Model, optimizer: Any) -> None:
    """One step of Adam against the gradient of the loss."""
    gradients = tape.gradient(loss, network.trainable_variables)
    optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))


def follow(average: keras.Model, generator: keras.Model, decay: float) -> None:
    """Move the average's weights towards the generator's."""
    pairs = zip(average.trainable_variables, generator.trainable_variables, strict=True)
    for slow, fast in pairs:
        slow.assign(decay * slow + (1.0 - decay) * fast)


def make_step(networks: Networks, images: tf.Tensor, config: Config, seed: int) -> loop.Step:
    """One iteration of Algorithm 1 as a function of its number and the batch's row numbers."""
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
            loss_d = discriminator_loss(real_score, fake_score)  # line 5
        descend(tape, loss_d, discriminator, networks.discriminator_optimizer)  # line 6

        latent = noise(iteration, GENERATOR_NOISE)  # line 7
        with tf.GradientTape() as tape:
            fake = generator(latent, training=True)  # line 8
            loss_g = generator_loss(discriminator(fake, training=True))  # line 9
        descend(tape, loss_g, generator, networks.generator_optimizer)  # line 10
        follow(networks.average, generator, config.average_decay)
        return {"discriminator_loss": loss_d, "generator_loss": loss_g}

    return step


class Painter:
    """Draws images of latent codes in inference mode, with statistics settled on the same codes every time."""

    def __init__(self, config: Config, seed: int) -> None:
        self.config, self.seed = config, seed
        self.settling = self.codes(SETTLING, config.settling_codes)

    def codes(self, purpose: int, count: int) -> tf.Tensor:
        """Latent codes of shape (count, latent_dim), the same for the same purpose."""
        return draw_latent(count, self.config.latent_dim, loop.step_seed(self.seed, purpose))

    def __call__(self, generator: keras.Model, latent: Any) -> np.ndarray:
        """Images of latent codes of shape (n, latent_dim): uint8 of shape (n, 32, 32, 3)."""
        settle(generator, self.settling)
        starts = range(0, len(latent), GENERATED_AT_A_TIME)
        parts = [generator(latent[start : start + GENERATED_AT_A_TIME], training=False) for start in starts]
        return as_bytes(np.concatenate([np.asarray(part) for part in parts]))


def load_images(config: Config) -> np.ndarray:
    """The training images. Raises ReportError where they are fewer than a batch."""
    images = emoji.load().images[: config.real_images]
    if len(images) < config.batch:
        raise ReportError(
            emoji.FOLDER, f"{len(images)} images, and a batch takes {config.batch}", "set EMOJI_DIR to the whole set"
        )
    return images


def train(config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None = None) -> None:
    """Train by Algorithm 1, then draw and measure; hand everything to `run`."""
    images = load_images(config)
    networks, paint = Networks.build(config, seed), Painter(config, seed)
    fixed = paint.codes(FIXED, config.fixed_codes)
    untrained = paint(networks.generator, paint.codes(EVALUATION, config.control_images))

    history = loop.train_in_blocks(
        make_step(networks, tf.constant(images), config, seed),
        steps=config.iterations,
        block=config.sample_every,
        every=1,
        variables=networks.state,
        label=f"emoji DCGAN, seed {seed}",
        batches=loop.epoch_batches(seed, len(images), config.batch),
        after_block=lambda _done: {"snapshots": paint(networks.generator, fixed)},
        pictures=lambda measured: {"generated": tile(measured["snapshots"], 8)},
        checkpoint=checkpoint,
        loop_in_graph=False,
    )
    run.array("snapshots", history.pop("snapshots"))
    run.history({"iteration": history.pop("step"), **history})
    measure_losses(history, run)
    run.metric("initial_deviation", INITIAL_DEVIATION)
    for network in (networks.generator, networks.discriminator, networks.average):
        run.save_weights(network.name, network.get_weights())
    for network in (networks.generator, networks.discriminator):
        run.architecture(network.name, describe(network))
    draw_and_measure(networks, paint, images, untrained, config, seed, run)


def draw_and_measure(
    networks: Networks,
    paint: Painter,
    images: np.ndarray,
    untrained: np.ndarray,
    config: Config,
    seed: int,
    run: RunWriter,
) -> None:
    """Samples, interpolations and distances of the last generator and of the average."""
    codes = paint.codes(EVALUATION, config.evaluation_images)
    samples = {network.name: paint(network, codes) for network in (networks.generator, networks.average)}
    ends = paint.codes(INTERPOLATION, 2 * INTERPOLATED_ROWS)
    run.array("interpolations", interpolate(paint, networks.average, ends))
    extract = inception.load_extractor()
    run.metric("canonical_network", extract.network.name == inception.NAMES[inception.FROZEN_GRAPH])
    features = cached_features(extract, images, Path(emoji.FOLDER, "features"))
    evaluate(extract, images, features, samples, untrained, config, seed, run)


INTERPOLATED_ROWS, INTERPOLATED_COLUMNS = 5, 10


def interpolate(paint: Painter, generator: keras.Model, ends: tf.Tensor) -> np.ndarray:
    """Images on straight lines between pairs of latent codes: (rows, columns, 32, 32, 3), the ends included."""
    first, last = np.split(np.asarray(ends), 2)
    share = np.linspace(0, 1, INTERPOLATED_COLUMNS, dtype=np.float32)[:, None]
    codes = (1 - share) * first[:, None] + share * last[:, None]
    drawn = paint(generator, codes.reshape(-1, codes.shape[-1]))
    return drawn.reshape(*codes.shape[:2], *drawn.shape[1:])
