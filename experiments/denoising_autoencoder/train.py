"""Training step, training and evaluation of the patch denoiser.

The comments "line n" refer to alg:dae in the written answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from experiments.datasets import mnist
from experiments.datasets.mnist import SIDE, as_pixels
from experiments.denoising_autoencoder.config import Config
from experiments.denoising_autoencoder.corruption import Corrupted, corrupt
from experiments.denoising_autoencoder.evaluation import (
    Answers,
    Corruption,
    Trained,
    choose_settings,
    evaluate,
    evaluate_masked,
)
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
    restore,
)
from texloom.results.tiling import tile_grid, to_bytes
from texloom.training import live, loop
from texloom.training.architecture import describe
from texloom.training.checkpoint import Checkpoint
from texloom.training.networks import descend
from texloom.training.parts import Parts

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter


DRAWN = ("denoiser", "plain")
"""The networks whose losses are recorded; both are trained for the same number of epochs."""

PICTURED = 12
"""Number of digits in the live view."""

Objective = Callable[[Any, tf.Tensor, Corrupted], tf.Tensor]
"""A function from a network's output, the clean batch and its corruption to the loss, a scalar."""


def make_corruption(config: Config, kind: str, strength: float) -> Corruption:
    """The corruption with this kind of noise and the configured patch, as a function of clean images and a key."""

    def corruption(clean: tf.Tensor, key: tf.Tensor) -> Corrupted:
        return corrupt(clean, kind=kind, strength=strength, patch=config.patch, key=key)

    return corruption


class Learner(NamedTuple):
    """A network, the weights that are trained, and how they are trained."""

    network: keras.Model
    weights: Sequence[Any]
    objective: Objective
    corruption: Corruption
    epochs: int


def make_learners(config: Config, seed: int) -> dict[str, Learner]:
    """The four trainings of the chapter; the joint position head uses the denoiser's trained hidden layers."""
    noise = make_corruption(config, config.noise, config.strength)
    masking = make_corruption(config, "mask", config.masking)
    denoiser, masked = (build_denoiser(config.hidden, config.patch, seed) for _ in range(2))
    plain = build_plain(config.hidden, seed)
    joint = build_joint_position(denoiser, config.hidden, config.patch, seed)

    def restoring(output: Any, clean: tf.Tensor, corrupted: Corrupted) -> tf.Tensor:
        prediction = Prediction(*output)
        return denoising_loss(prediction, clean, corrupted.mask, corrupted.position, config.position_weight)

    def locating(output: Any, _clean: tf.Tensor, corrupted: Corrupted) -> tf.Tensor:
        return position_loss(output, corrupted.position, config.patch)

    def comparing(output: Any, clean: tf.Tensor, _corrupted: Corrupted) -> tf.Tensor:
        return plain_loss(output, clean)

    head = joint.get_layer("position").trainable_variables
    return {
        "denoiser": Learner(denoiser, denoiser.trainable_variables, restoring, noise, config.epochs),
        "joint_position": Learner(joint, head, locating, noise, config.position_epochs),
        "plain": Learner(plain, plain.trainable_variables, comparing, noise, config.epochs),
        "masked": Learner(masked, masked.trainable_variables, restoring, masking, config.masked_epochs),
    }


def make_step(learner: Learner, optimizer: Any, images: tf.Tensor, seed: int) -> loop.Step:
    """The training step as a function of the iteration and the batch's row numbers."""

    def step(iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        clean = tf.gather(images, rows)  # line 3
        corrupted = learner.corruption(clean, loop.step_seed(seed, iteration))  # line 4
        with tf.GradientTape() as tape:
            output = learner.network(corrupted.noisy, training=True)  # line 5
            loss = learner.objective(output, clean, corrupted)  # line 6
        descend(tape, loss, learner.weights, optimizer)  # line 7
        return {"loss": loss}

    return step


def make_training(name: str, learner: Learner, images: tf.Tensor, config: Config, seed: int) -> loop.Training:
    """The training of a learner with Adam, whose learning rate decays linearly to zero."""
    epoch = len(images) // config.batch
    steps = learner.epochs * epoch
    schedule: Any = keras.optimizers.schedules.PolynomialDecay(config.learning_rate, steps, 0.0)
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(learner.weights)
    return loop.Training(
        label=f"{name.replace('_', ' ')} of the denoising autoencoder, seed {seed}",
        step=make_step(learner, optimizer, images, seed),
        steps=steps,
        block=epoch,
        variables=[*learner.network.variables, *optimizer.variables],
        batches=loop.epoch_batches(seed, len(images), config.batch),
    )


def make_validation(learner: Learner, images: tf.Tensor, seed: int) -> Callable[[int], dict[str, float]]:
    """A function that gives the loss on held-out images, with the same corruption at every call."""
    corrupted = learner.corruption(images, loop.step_seed(seed, -1))

    @tf.function(jit_compile=True, autograph=False)
    def validation_loss() -> tf.Tensor:
        return learner.objective(learner.network(corrupted.noisy), images, corrupted)

    return lambda _step: {"validation_loss": float(validation_loss())}


def make_pictures(learner: Learner, images: tf.Tensor, config: Config, seed: int) -> live.Pictures:
    """An image for the live view: a few held-out digits, clean, noisy and denoised, in three rows."""
    clean = images[:PICTURED]
    noisy = learner.corruption(clean, loop.step_seed(seed, -1)).noisy

    def pictures(_measured: Mapping[str, Any]) -> dict[str, np.ndarray]:
        rows = np.stack([clean, noisy, denoise(learner.network, noisy, config.patch)])
        return {"clean, noisy, denoised": tile_grid(to_bytes(255 * rows).reshape(3, -1, SIDE, SIDE))}

    return pictures


def make_trained(networks: Mapping[str, keras.Model], config: Config) -> Trained:
    """The networks as compiled functions of noisy images."""
    denoiser, joint, plain, masked = (networks[name] for name in ("denoiser", "joint_position", "plain", "masked"))

    def answer(noisy: tf.Tensor) -> Answers:
        prediction, position = Prediction(*denoiser(noisy)), joint(noisy)
        estimate = tf.sigmoid(prediction.estimate)
        inside = gate(prediction.row, prediction.column, config.patch)
        return Answers(
            ours=restore(noisy, estimate, inside),
            joint=restore(noisy, estimate, joint_gate(position, config.patch)),
            plain=tf.sigmoid(plain(noisy)),
            gate=inside,
            position=tf.stack([tf.argmax(logits, axis=1) for logits in (prediction.row, prediction.column)], axis=1),
            joint_position=most_probable(position, config.patch),
            dependence=dependence(position, config.patch),
        )

    def compiled(function: Callable[[tf.Tensor], Any]) -> Any:
        return tf.function(function, jit_compile=True, autograph=False)

    return Trained(
        answer=compiled(answer),
        restore=compiled(lambda noisy: denoise(denoiser, noisy, config.patch)),
        restore_masked=compiled(lambda noisy: denoise(masked, noisy, config.patch)),
    )


def train_learners(
    learners: Mapping[str, Learner],
    images: np.ndarray,
    held_out: tf.Tensor,
    config: Config,
    seed: int,
    run: RunWriter,
    checkpoint: Checkpoint | None,
) -> None:
    """Train all networks one after another; store their losses, weights and architectures in `run`."""
    kept = tf.constant(as_pixels(images))
    trainings = {name: make_training(name, each, kept, config, seed) for name, each in learners.items()}
    parts, columns = Parts(checkpoint, trainings), {}
    for name, learner in learners.items():
        pictures = make_pictures(learner, held_out, config, seed) if name == "denoiser" else None
        history = parts.train(name, measure=make_validation(learner, held_out, seed), pictures=pictures)
        if name in DRAWN:
            columns["epoch"] = history["step"] / trainings[name].block
            columns |= {f"{name}_{loss}": history[loss] for loss in ("loss", "validation_loss")}
        run.architecture(name, describe(learner.network))
        run.save_weights(name, learner.network.get_weights())
    run.history(columns)
    before, last = columns["denoiser_validation_loss"][[-2 % config.epochs, -1]]
    run.metric("validation_fall", 100 * (before - last) / before)
    run.metric("validation_gap", 100 * (last / columns["denoiser_loss"][-1] - 1))


def train(config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None = None) -> None:
    """Train on the training images, tune the filters on held-out ones, and evaluate once on the test images."""
    images = mnist.load("train").images[: config.training_images]
    first, kept = np.split(images, [config.validation])
    held_out, learners = tf.constant(as_pixels(first)), make_learners(config, seed)
    train_learners(learners, kept, held_out, config, seed, run, checkpoint)
    tuning = held_out[: config.tuning_images]
    noise, masking = learners["denoiser"].corruption, learners["masked"].corruption
    chosen = choose_settings(tuning, noise, seed, "", run)
    chosen_masked = choose_settings(tuning, masking, seed, "masked_", run)

    test = tf.constant(as_pixels(mnist.load("test").images[: config.test_images]))
    trained = make_trained({name: learner.network for name, learner in learners.items()}, config)
    evaluate(trained, test, chosen, noise, config, seed, run)
    evaluate_masked(trained, test, chosen_masked, masking, seed, run)
