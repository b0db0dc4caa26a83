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
from experiments.variational_autoencoder.classifier import Classifier, build_classifier
from experiments.variational_autoencoder.classifier import make_step as make_classifier_step
from experiments.variational_autoencoder.config import SIDE_BY_SIDE, VARIANTS, Config, Objective
from experiments.variational_autoencoder.evaluation import (
    SHOWN,
    TEST,
    evaluate_main,
    evaluate_variant,
    make_bound,
    make_pictures,
    measure_prices,
)
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
    """A model, its multiplier β, and what trains them."""

    objective: Objective
    model: VariationalAutoencoder
    beta: Any
    optimizer: Any
    warm_up: int = 0
    """Steps over which the multiplier of the loss grows to β."""

    @property
    def state(self) -> list[Any]:
        """All variables: what a checkpoint keeps."""
        return [*self.model.weights, self.beta, *self.optimizer.variables]


def build_variant(objective: Objective, config: Config, size: int, seed: int) -> Variant:
    """Initial weights of `seed`, and the optimiser, for data points of `size` numbers."""
    likelihood = LIKELIHOODS[objective.likelihood](objective.variance)
    model = VariationalAutoencoder.build(size, config.hidden, config.latent_dim, likelihood, seed)
    optimizer = build_optimizer(config.learning_rate, objective.epochs * config.steps_per_epoch, model.weights)
    beta: Any = tf.constant(objective.beta)
    warm_up = objective.warm_up * config.steps_per_epoch
    return Variant(objective, model, tf.Variable(beta, trainable=False), optimizer, warm_up)


def make_step(variant: Variant, images: tf.Tensor, seed: int) -> loop.Step:
    """The training step as a function of the iteration and the batch's row numbers.

    Gradient ascent on A − beta R, the Lagrangian of eq:vi-kkt without its constant; with beta = 1
    it is the bound of eq:vi-gap. A warm-up begins with a smaller multiplier, so that no latent unit
    is given up before the decoder can use it. With a threshold, descent on beta, which stays
    non-negative.
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
    variants: Mapping[str, Variant], judge: Classifier, images: tf.Tensor, labels: np.ndarray, config: Config, seed: int
) -> dict[str, loop.Training]:
    """Those of the variants and that of the classifier, on the same images; a block is an epoch."""

    def make_training(name: str, step: loop.Step, epochs: int, variables: Sequence[Any]) -> loop.Training:
        return loop.Training(
            label=f"variational autoencoder, {name}, seed {seed}",
            step=step,
            steps=epochs * config.steps_per_epoch,
            block=config.steps_per_epoch,
            variables=variables,
            batches=loop.epoch_batches(seed, len(images), config.batch),
        )

    trainings = {
        name: make_training(name, make_step(each, images, seed), each.objective.epochs, each.state)
        for name, each in variants.items()
    }
    step = make_classifier_step(judge, images, labels)
    return trainings | {"classifier": make_training("classifier", step, config.classifier_epochs, judge.state)}


def mean_terms(terms: Bound) -> dict[str, float]:
    """Both terms on test images, as the history calls them."""
    return {"test_reconstruction": float(np.mean(terms.reconstruction)), "test_kl": float(np.mean(terms.kl))}


def train(config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None = None) -> None:
    """Train every variant on the training images only, measure on the test images, hand everything to `run`."""
    training, test = mnist.load("train"), mnist.load("test")
    images = tf.constant(as_pixels(training.images[: config.training_images]))
    test_images = tf.constant(as_pixels(test.images[: config.test_images]))
    variants = {name: build_variant(getattr(config, name), config, SIDE**2, seed) for name in VARIANTS}
    steps = config.classifier_epochs * config.steps_per_epoch
    judge = build_classifier(SIDE**2, config.hidden, config.learning_rate, steps, config.smoothing, seed)
    labels = training.labels[: config.training_images]
    parts = Parts(checkpoint, make_trainings(variants, judge, images, labels, config, seed))

    terms: dict[str, Bound] = {}
    for name, variant in variants.items():
        x = variant.model.likelihood.observe(test_images, loop.step_seed(seed, TEST))
        test_bound = partial(make_bound(variant.model), x, loop.step_seed(seed, TEST, stream=1))
        pictures = make_pictures(variant.model, x[:SHOWN], seed)
        history = parts.train(name, measure=lambda _done, bound=test_bound: mean_terms(bound()), pictures=pictures)
        save_variant(name, variant, history, config, run)
        terms[name] = test_bound()
        evaluate_variant(name, variant.model, x, terms[name], seed, run)
    measure_prices(run)
    parts.train("classifier")
    main, classify = variants["bernoulli"].model, judge.make_classify()
    evaluate_main(main, terms["bernoulli"], classify, test_images, test.labels, config, seed, run)


def save_variant(name: str, variant: Variant, history: dict[str, np.ndarray], config: Config, run: RunWriter) -> None:
    """What the report tells of the history, multiplier, architectures and trained weights."""
    if name == "bernoulli":
        terms = {column: history[column] for column in ("reconstruction", "kl", "test_reconstruction", "test_kl")}
        run.history({"epoch": history["step"] / config.steps_per_epoch, **terms})
        run.metric("bernoulli_training_elbo", history["reconstruction"][-1] - history["kl"][-1])
    if name == "constrained":
        for column in ("kl", "beta"):
            run.array(f"constrained_{column}_history", history[column])
    if name in SIDE_BY_SIDE:
        run.metric(f"{name}_beta", float(variant.beta))
    for network in (variant.model.encoder, variant.model.decoder):
        run.architecture(f"{name}_{network.name}", describe(network))
        run.save_weights(f"{name}_{network.name}", network.get_weights())
