"""Training step, training and evaluation of the patch denoiser.

The comments "line n" refer to alg:dae in the written answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from experiments.datasets import mnist
from experiments.datasets.mnist import SIDE, as_pixels
from experiments.denoising_autoencoder.config import Config
from experiments.denoising_autoencoder.corruption import Corrupted, corrupt
from experiments.denoising_autoencoder.evaluation import evaluate
from experiments.denoising_autoencoder.model import Prediction, build_denoiser, denoise, denoising_loss, locate
from texloom.results.tiling import tile_grid, to_bytes
from texloom.training import live, loop
from texloom.training.architecture import describe
from texloom.training.checkpoint import Checkpoint
from texloom.training.networks import descend

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter


PICTURED = 12
"""Digits in the live view."""


def make_corruption(config: Config) -> Callable[[tf.Tensor, tf.Tensor], Corrupted]:
    """The corruption that `config` describes, as a function of clean images and key."""

    def corruption(clean: tf.Tensor, key: tf.Tensor) -> Corrupted:
        return corrupt(clean, kind=config.noise, strength=config.strength, patch=config.patch, key=key)

    return corruption


def make_step(
    denoiser: keras.Model,
    optimizer: Any,
    images: tf.Tensor,
    config: Config,
    seed: int,
) -> loop.Step:
    """The training step as a function of the iteration and the batch's row numbers."""
    corruption, weights = make_corruption(config), denoiser.trainable_variables

    def step(iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        clean = tf.gather(images, rows)  # line 3
        noisy, mask, position = corruption(clean, loop.step_seed(seed, iteration))  # line 4
        with tf.GradientTape() as tape:
            prediction = Prediction(*denoiser(noisy, training=True))  # line 5
            loss = denoising_loss(prediction, clean, mask, position, config.position_weight)  # line 6
        descend(tape, loss, weights, optimizer)  # line 7
        return {"loss": loss}

    return step


def make_validation(
    denoiser: keras.Model, images: tf.Tensor, config: Config, seed: int
) -> Callable[[int], dict[str, float]]:
    """The loss on held-out images, with the same corruption every time it is asked."""
    corrupted = make_corruption(config)(images, loop.step_seed(seed, -1))

    @tf.function(jit_compile=True, autograph=False)
    def validation_loss() -> tf.Tensor:
        prediction = Prediction(*denoiser(corrupted.noisy))
        return denoising_loss(prediction, images, corrupted.mask, corrupted.position, config.position_weight)

    return lambda _step: {"validation_loss": float(validation_loss())}


def make_pictures(denoiser: keras.Model, images: tf.Tensor, config: Config, seed: int) -> live.Pictures:
    """For the live view: a few held-out digits, clean, noisy and denoised, in three rows."""
    clean = images[:PICTURED]
    noisy = make_corruption(config)(clean, loop.step_seed(seed, -1)).noisy

    def pictures(_measured: Mapping[str, Any]) -> dict[str, np.ndarray]:
        rows = np.stack([clean, noisy, denoise(denoiser, noisy, config.patch)])
        return {"clean, noisy, denoised": tile_grid(to_bytes(255 * rows).reshape(3, -1, SIDE, SIDE))}

    return pictures


def train(config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None = None) -> None:
    """Train on the training images only, evaluate on the test images, hand everything to `run`."""
    images = mnist.load("train").images[: config.training_images]
    held_out, kept = (tf.constant(as_pixels(each)) for each in np.split(images, [config.validation]))
    denoiser = build_denoiser(config.hidden, config.patch, seed)
    epoch = len(kept) // config.batch
    schedule: Any = keras.optimizers.schedules.PolynomialDecay(config.learning_rate, config.epochs * epoch, 0.0)
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(denoiser.trainable_variables)

    training = loop.Training(
        label=f"denoising autoencoder, seed {seed}",
        step=make_step(denoiser, optimizer, kept, config, seed),
        steps=config.epochs * epoch,
        block=epoch,
        variables=[*denoiser.variables, *optimizer.variables],
        batches=loop.epoch_batches(seed, len(kept), config.batch),
    )
    curves = live.Curves(make_pictures(denoiser, held_out, config, seed))
    validation = make_validation(denoiser, held_out, config, seed)
    history = loop.run(training, checkpoint, measure=validation, observers=[curves])
    run.history({"epoch": history.pop("step") / epoch, **history})
    run.architecture("denoiser", describe(denoiser))
    run.save_weights("denoiser", denoiser.get_weights())

    test = tf.constant(as_pixels(mnist.load("test").images[: config.test_images]))
    tuning = tf.constant(as_pixels(images[:200]))
    restore = tf.function(lambda noisy: denoise(denoiser, noisy, config.patch), jit_compile=True, autograph=False)
    find = tf.function(lambda noisy: locate(denoiser, noisy), jit_compile=True, autograph=False)
    evaluate(restore, find, test, tuning, make_corruption(config), config, seed, run)
