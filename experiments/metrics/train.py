"""Training of the classifier, then the measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from experiments.datasets import emoji, mnist
from experiments.datasets.mnist import DIGITS, SIDE, Split
from experiments.generative.digit_classifier import build_classifier
from experiments.inception import extractor as inception
from experiments.metrics import bias, comparison, curves, emojis
from experiments.metrics.config import Config
from experiments.metrics.judge import Judge, Network, Opinion
from experiments.metrics.samples import Data
from texloom.results.tiling import to_bytes
from texloom.training import loop
from texloom.training.architecture import describe
from texloom.training.checkpoint import Checkpoint
from texloom.training.networks import descend

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

AT_ONCE = 100
"""Images per batch of the classifier, so that the activations between its layers fit into the cache."""


def as_input(images: Any) -> tf.Tensor:
    """Images of shape (n, 28, 28) from 0 to 255, scaled for the classifier."""
    return tf.cast(images, tf.float32)[..., None] / 255.0


def make_step(classifier: keras.Model, optimizer: Any, data: Split, config: Config, seed: int) -> loop.Step:
    """The training step: randomly shifted digits, dropout of features, cross-entropy."""
    images, labels = tf.constant(data.images), tf.constant(data.labels, tf.int32)
    weights, head = classifier.trainable_variables, classifier.get_layer("logits")

    def step(iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        low, high = -config.largest_shift, config.largest_shift + 1
        shift = tf.random.stateless_uniform((2,), loop.step_seed(seed, iteration), low, high, tf.int32)
        shifted = tf.roll(as_input(tf.gather(images, rows)), shift, axis=(1, 2))
        with tf.GradientTape() as tape:
            features, _ = classifier(shifted, training=True)
            key = loop.step_seed(seed, iteration, stream=1)
            logits = head(tf.nn.experimental.stateless_dropout(features, config.dropout, key))
            digits = tf.gather(labels, rows)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(digits, logits))
        descend(tape, loss, weights, optimizer)
        return {"loss": loss}

    return step


def train_classifier(
    data: Split, config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None
) -> keras.Model:
    """Train the classifier; its layers and weights are stored in the run."""
    classifier = build_classifier(config.filters, config.features, seed)
    epoch = len(data.images) // config.batch
    schedule: Any = keras.optimizers.schedules.CosineDecay(config.learning_rate, config.epochs * epoch)
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(classifier.trainable_variables)
    training = loop.Training(
        label=f"classifier of digits, seed {seed}",
        step=make_step(classifier, optimizer, data, config, seed),
        steps=config.epochs * epoch,
        block=max(epoch // 4, 1),
        variables=[*classifier.variables, *optimizer.variables],
        batches=loop.epoch_batches(seed, len(data.images), config.batch),
        loop_in_graph=False,
    )
    loop.run(training, checkpoint)
    run.architecture("classifier", describe(classifier))
    run.save_weights("classifier", classifier.get_weights())
    return classifier


def make_network(classifier: keras.Model) -> Network:
    """The classifier as a function of images of shape (n, 28, 28) with values from 0 to 255."""

    @tf.function(autograph=False)  # TensorFlow's own convolutions are faster here than XLA's
    def opinion(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        features, logits = classifier(as_input(images))
        return features, tf.nn.softmax(logits)

    def network(images: np.ndarray) -> Opinion:
        parts = [opinion(tf.constant(images[start : start + AT_ONCE])) for start in range(0, len(images), AT_ONCE)]
        return Opinion(*(np.concatenate([np.asarray(part) for part in each]) for each in zip(*parts, strict=True)))

    return network


def make_fooling_images(classifier: keras.Model, config: Config, seed: int) -> np.ndarray:
    """Noise, changed by gradient ascent so that the classifier is sure of a digit (Barratt and Sharma 2018).

    Image i is made for digit i % 10; uint8 of shape (fooling_images, 28, 28).
    """
    count = config.fooling_images
    digits = tf.constant(np.arange(count) % DIGITS, tf.int32)
    noise = np.random.default_rng([seed, 500]).uniform(0, 0.6, (count, SIDE, SIDE, 1))

    @tf.function(jit_compile=True, autograph=False)
    def ascend(images: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(images)
            _, logits = classifier(images)
            loss = tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(digits, logits))
        slope: Any = tape.gradient(loss, images)
        return tf.clip_by_value(images - 0.02 * tf.sign(slope), 0, 1)

    images = tf.constant(noise, tf.float32)
    for _ in range(config.fooling_steps):
        images = ascend(images)
    return to_bytes(255 * images.numpy()[..., 0])


def shuffled(data: Split, count: int, seed: list[int]) -> Split:
    """`count` images in random order, because different people wrote the two halves of MNIST's test set."""
    rows = np.random.default_rng(seed).permutation(len(data.images))[:count]
    return Split(data.images[rows], data.labels[rows])


def load_data(config: Config, seed: int) -> tuple[Split, Data, np.ndarray]:
    """Training images, the evaluated images, and emojis in random order."""
    training = shuffled(mnist.load("train"), config.training_images, [seed, 700])
    test = shuffled(mnist.load("test"), config.test_images, [seed, 701])
    images = emoji.load().images
    images = images[np.random.default_rng([seed, 600]).permutation(len(images))]
    reference = Split(*(part[: config.reference_images] for part in training))
    data = Data(
        test=test,
        reference=reference,
        others=training.images[config.reference_images :],
        foreign=emojis.as_digits(images, SIDE),
    )
    return training, data, images


def train(config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None = None) -> None:
    """Train the classifier on training images, then measure; store everything in `run`."""
    training, data, emoji_images = load_data(config, seed)
    classifier = train_classifier(training, config, seed, run, checkpoint)
    network = make_network(classifier)
    right = network(data.test.images).posteriors.argmax(axis=1) == data.test.labels
    run.metric("accuracy", 100 * right.mean())

    judge = Judge(network, network(data.reference.images).features, config.neighbours)
    fooling = make_fooling_images(classifier, config, seed)
    curves.sensitivity(judge, data, config.levels, seed, run)
    curves.mode_dropping(judge, data, seed, run)
    curves.within_class(judge, data, seed, run)
    curves.memorisation(judge, data, seed, run)
    bias.sample_size(judge, data, config.sizes, config.repeats, seed, run)
    comparison.equal_moments(judge, data, seed, run)
    comparison.handling(judge, data, run)
    comparison.cases(judge, data, fooling, seed, run)
    comparison.domain(judge, data, fooling, run)

    digits = emojis.as_colour(data.test.images[: config.emojis], emoji_images.shape[1])
    judged = emoji_images[: config.emojis + config.emoji_reference]
    emojis.measure_emojis(inception.load_extractor(), judged, digits, config.emojis, run)
