"""Training step, training and evaluation of the variational autoencoder in its variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from experiments.datasets import mnist
from experiments.datasets.mnist import SIDE, as_pixels
from experiments.variational_autoencoder.classifier import Classifier, build_classifier, build_convolutional
from experiments.variational_autoencoder.classifier import make_step as make_classifier_step
from experiments.variational_autoencoder.config import SIDE_BY_SIDE, VARIANTS, Config, Objective
from experiments.variational_autoencoder.evaluation import (
    HELD_OUT,
    SHOWN,
    TEST,
    evaluate_main,
    evaluate_variant,
    make_bound,
    make_pictures,
    measure_prices,
    measure_tangents,
)
from experiments.variational_autoencoder.interpolation import Recogniser
from experiments.variational_autoencoder.likelihoods import LIKELIHOODS
from experiments.variational_autoencoder.model import Bound, VariationalAutoencoder
from experiments.variational_autoencoder.networks import build_optimizer
from texloom.training import loop
from texloom.training.architecture import describe
from texloom.training.checkpoint import Checkpoint
from texloom.training.networks import descend
from texloom.training.parts import Parts
from texloom.training.random_numbers import draw_normal

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter


@dataclass(frozen=True)
class Variant:
    """A model, its multiplier β, and their optimisers."""

    objective: Objective
    model: VariationalAutoencoder
    beta: Any
    optimizer: Any
    warm_up: int = 0
    """Number of steps in which the multiplier in the loss grows to β."""

    @property
    def state(self) -> list[Any]:
        """All variables, to be stored in a checkpoint."""
        return [*self.model.weights, self.beta, *self.optimizer.variables]


def build_variant(objective: Objective, config: Config, size: int, seed: int) -> Variant:
    """A variant with the initial weights of `seed`, for data points of `size` numbers."""
    likelihood = LIKELIHOODS[objective.likelihood](objective.variance)
    model = VariationalAutoencoder.build(size, config.hidden, config.latent_dim, likelihood, seed)
    optimizer = build_optimizer(config.learning_rate, objective.epochs * config.steps_per_epoch, model.weights)
    beta: Any = tf.constant(objective.beta)
    warm_up = objective.warm_up * config.steps_per_epoch
    return Variant(objective, model, tf.Variable(beta, trainable=False), optimizer, warm_up)


def make_step(variant: Variant, images: tf.Tensor, seed: int) -> loop.Step:
    """The training step as a function of the iteration and the batch's row numbers.

    It does gradient ascent on A − beta R, the Lagrangian of the constrained problem without its
    constant term; with beta = 1 this is the evidence lower bound. A warm-up starts with a smaller
    multiplier, so that no latent unit becomes inactive before the decoder can use it. With a
    threshold, it also does gradient descent on beta, which stays non-negative.
    """
    objective, model, beta = variant.objective, variant.model, variant.beta

    def grown(iteration: tf.Tensor) -> tf.Tensor:
        return tf.minimum(1.0, tf.cast(iteration + 1, tf.float32) / max(1, variant.warm_up))

    def step(iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        x = model.likelihood.observe(tf.gather(images, rows), loop.step_seed(seed, iteration))
        key = loop.step_seed(seed, iteration, stream=1)
        noise = draw_normal((len(rows), model.latent_dim), key)
        with tf.GradientTape() as tape:
            bound = model.bound(x, noise)
            accuracy, rate = tf.reduce_mean(bound.reconstruction), tf.reduce_mean(bound.kl)
            loss = grown(iteration) * beta * rate - accuracy
        descend(tape, loss, model.weights, variant.optimizer)
        if objective.threshold is not None:
            beta.assign(tf.nn.relu(beta + objective.dual_rate * (rate - objective.threshold)))
        return {"loss": loss, "reconstruction": accuracy, "kl": rate, "beta": beta.read_value()}

    return step


def make_trainings(
    variants: Mapping[str, Variant],
    classifiers: Mapping[str, Classifier],
    images: tf.Tensor,
    labels: np.ndarray,
    config: Config,
    seed: int,
) -> dict[str, loop.Training]:
    """The trainings of the variants and of the classifiers, on the same images; a block is an epoch."""

    def make_training(
        name: str, step: loop.Step, epochs: int, variables: Sequence[Any], *, loop_in_graph: bool = True
    ) -> loop.Training:
        return loop.Training(
            label=f"variational autoencoder, {name}, seed {seed}",
            step=step,
            steps=epochs * config.steps_per_epoch,
            block=config.steps_per_epoch,
            variables=variables,
            batches=loop.epoch_batches(seed, len(images), config.batch),
            loop_in_graph=loop_in_graph,
        )

    trainings = {
        name: make_training(name, make_step(each, images, seed), each.objective.epochs, each.state)
        for name, each in variants.items()
    }
    for name, each in classifiers.items():
        step, plain = make_classifier_step(each, images, labels), name == "perceptron"
        trainings[name] = make_training(name, step, config.classifier_epochs, each.state, loop_in_graph=plain)
    return trainings


def build_classifiers(config: Config, seed: int) -> dict[str, Classifier]:
    """The two classifiers of the interpolates, by name."""
    rate, steps = config.learning_rate, config.classifier_epochs * config.steps_per_epoch
    return {
        "perceptron": build_classifier(SIDE**2, config.hidden, rate, steps, config.smoothing, seed),
        "convolutional": build_convolutional(config.filters, rate, steps, seed),
    }


def mean_terms(terms: Bound) -> dict[str, float]:
    """Both terms on held-out images, by their names in the history."""
    return {"held_out_reconstruction": float(np.mean(terms.reconstruction)), "held_out_kl": float(np.mean(terms.kl))}


def train(config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None = None) -> None:
    """Train every variant, monitor held-out images, then measure once on the test images."""
    training = mnist.load("train")
    images = tf.constant(as_pixels(training.images[: config.training_images]))
    held_out = tf.constant(as_pixels(training.images[-config.held_out_images :]))
    variants = {name: build_variant(getattr(config, name), config, SIDE**2, seed) for name in VARIANTS}
    classifiers = build_classifiers(config, seed)
    labels = training.labels[: config.training_images]
    parts = Parts(checkpoint, make_trainings(variants, classifiers, images, labels, config, seed))
    for name, variant in variants.items():
        train_variant(name, variant, parts, held_out, config, seed, run)
    recognisers = {}
    for name, classifier in classifiers.items():
        parts.train(name)
        run.save_weights(name, classifier.network.get_weights())
        recognisers[name] = Recogniser.calibrated(classifier.make_classify(), held_out.numpy(), config.recognised)
    measure_on_test_images(variants, recognisers, config, seed, run)


def train_variant(
    name: str, variant: Variant, parts: Parts, held_out: tf.Tensor, config: Config, seed: int, run: RunWriter
) -> None:
    """Train a variant. held_out: images of shape (n, SIDE²) on which its bound is monitored."""
    x = variant.model.likelihood.observe(held_out, loop.step_seed(seed, HELD_OUT))
    bound = partial(make_bound(variant.model), x, loop.step_seed(seed, HELD_OUT, stream=1))
    pictures = make_pictures(variant.model, x[:SHOWN], seed)
    history = parts.train(name, measure=lambda _done: mean_terms(bound()), pictures=pictures)
    save_variant(name, variant, history, config, run)


def measure_on_test_images(
    variants: Mapping[str, Variant], recognisers: Mapping[str, Recogniser], config: Config, seed: int, run: RunWriter
) -> None:
    """Record all measurements of the trained models. The test images are read here and not before."""
    test = mnist.load("test")
    images = tf.constant(as_pixels(test.images[: config.test_images]))
    terms: dict[str, Bound] = {}
    for name, variant in variants.items():
        x = variant.model.likelihood.observe(images, loop.step_seed(seed, TEST))
        terms[name] = make_bound(variant.model)(x, loop.step_seed(seed, TEST, stream=1))
        evaluate_variant(name, variant.model, x, terms[name], seed, run)
    measure_prices(run)
    measure_tangents(run)
    main = variants["bernoulli"].model
    evaluate_main(main, terms["bernoulli"], recognisers, images, test.labels, config, seed, run)


def save_variant(name: str, variant: Variant, history: dict[str, np.ndarray], config: Config, run: RunWriter) -> None:
    """Store what the report uses of the history, multiplier, architectures and trained weights."""
    if name == "bernoulli":
        columns = ("reconstruction", "kl", "held_out_reconstruction", "held_out_kl")
        run.history({"epoch": history["step"] / config.steps_per_epoch, **{each: history[each] for each in columns}})
        run.metric("bernoulli_training_elbo", history["reconstruction"][-1] - history["kl"][-1])
        held_out = history["held_out_reconstruction"] - history["held_out_kl"]
        run.metric("bernoulli_held_out_elbo", held_out[-1])
        run.metric("bernoulli_since_best", held_out.max() - held_out[-1])
    if name == "constrained":
        for column in ("kl", "beta"):
            run.array(f"constrained_{column}_history", history[column])
    if name in SIDE_BY_SIDE:
        run.metric(f"{name}_beta", float(variant.beta))
    for network in (variant.model.encoder, variant.model.decoder):
        run.architecture(f"{name}_{network.name}", describe(network))
        run.save_weights(f"{name}_{network.name}", network.get_weights())
