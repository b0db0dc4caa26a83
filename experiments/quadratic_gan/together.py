"""Many variants trained together: those with equal networks and batch sizes share each operation of a step.

The networks have only a few hundred parameters, so compiling a program for each would take longer than training it.
The weights of a group are stacked along a first axis; settings that differ between its variants are arrays along that
axis. A variant draws the same random numbers and takes the same steps as in `train.make_step`, up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from experiments.generative.adversarial import LOSSES
from experiments.generative.latent import draw_latent
from experiments.quadratic_gan.config import Config, Protocol
from experiments.quadratic_gan.variants import ADAM, RMSPROP, Variant
from texloom.training import loop

LEAKY = 2
"""The number of layers with leaky ReLU, the first ones of both networks; the others are linear."""


def shape_of(variant: Variant) -> tuple:
    """The settings that the variants of a group have in common."""
    p = variant.protocol
    return (*p.generator_hidden, *p.discriminator_hidden, p.turns, p.discriminator_steps, p.generator_steps)


class Player:
    """One network for each variant of a group, and its optimiser; all weights of a variant are one row."""

    def __init__(self, networks: Sequence[keras.Model], protocols: Sequence[Protocol], rate: str, steps: int) -> None:
        self.networks, self.steps = networks, steps
        self.shapes = [weight.shape for weight in networks[0].get_weights()]
        rows = [np.concatenate([weight.ravel() for weight in network.get_weights()]) for network in networks]

        def column(values: Sequence[Any]) -> np.ndarray:
            return np.array(values, np.float32)[:, None]

        self.adam = column([protocol.optimizer == "adam" for protocol in protocols])
        self.rates = column([getattr(protocol, rate) for protocol in protocols])
        self.final = column([protocol.final_rate for protocol in protocols])
        self.weights = tf.Variable(tf.constant(np.stack(rows)))
        self.first = tf.Variable(tf.zeros_like(self.weights))
        self.second = tf.Variable(tf.zeros_like(self.weights) + (1 - self.adam))
        self.taken: Any = tf.Variable(tf.zeros(()))

    @property
    def state(self) -> list[Any]:
        return [self.weights, self.first, self.second, self.taken]

    def split(self, rows: Any) -> list[Any]:
        """Rows of weights as alternating stacked kernels and biases."""
        parts = tf.split(rows, [int(np.prod(shape)) for shape in self.shapes], axis=1)
        return [tf.reshape(part, (-1, *shape)) for part, shape in zip(parts, self.shapes, strict=True)]

    def __call__(self, inputs: tf.Tensor) -> tf.Tensor:
        """The outputs of all networks; inputs of shape (variants, batch, units)."""
        weights = self.split(self.weights)
        for layer, (kernel, bias) in enumerate(zip(weights[::2], weights[1::2], strict=True)):
            inputs = tf.matmul(inputs, kernel) + bias[:, None, :]
            inputs = tf.nn.leaky_relu(inputs, 0.2) if layer < LEAKY else inputs
        return inputs

    def descend(self, tape: tf.GradientTape, loss: tf.Tensor) -> None:
        """A step of each variant's optimiser, as in Keras."""
        gradient: Any = tape.gradient(loss, self.weights)
        rate = self.rates * self.final ** (self.taken / self.steps)
        self.taken.assign_add(1.0)
        b1, b2 = ADAM["beta_1"], ADAM["beta_2"]
        keep = np.where(self.adam > 0, np.float32(b2), np.float32(RMSPROP["rho"]))
        self.first.assign(b1 * self.first + (1 - b1) * gradient)
        self.second.assign(keep * self.second + (1 - keep) * gradient**2)
        corrected = rate * tf.sqrt(1 - b2**self.taken) / (1 - b1**self.taken)
        by_adam = corrected * self.first / (tf.sqrt(self.second) + ADAM["epsilon"])
        by_rmsprop = rate * gradient / tf.sqrt(self.second + RMSPROP["epsilon"])
        self.weights.assign_sub(tf.where(self.adam > 0, by_adam, by_rmsprop))

    def hand_back(self) -> None:
        """Copy the trained weights back into the variants' networks."""
        stacked = [part.numpy() for part in self.split(self.weights)]
        for index, network in enumerate(self.networks):
            network.set_weights([part[index] for part in stacked])


class Group:
    """Variants whose networks and batches have the same shape."""

    def __init__(self, variants: Sequence[Variant]) -> None:
        self.protocols = [variant.protocol for variant in variants]
        shared, self.scalings = self.protocols[0], [variant.scaling for variant in variants]
        turns = variants[0].iterations * shared.turns
        self.generator = Player(
            [v.generator for v in variants], self.protocols, "generator_rate", turns * shared.generator_steps
        )
        self.discriminator = Player(
            [v.discriminator for v in variants],
            self.protocols,
            "discriminator_rate",
            turns * shared.discriminator_steps,
        )

    def scale(self, points: np.ndarray) -> tf.Tensor:
        """Points in data units, scaled for each variant, shape (n, variants, 2)."""
        return tf.constant(np.stack([scaling.standardise(points) for scaling in self.scalings], axis=1))

    def total(self, loss: Callable[[Protocol, int], tf.Tensor]) -> tf.Tensor:
        """The sum of the variants' losses; its gradient in a variant's weights is that of the variant's own loss."""
        return tf.add_n([loss(protocol, index) for index, protocol in enumerate(self.protocols)])

    def discriminator_step(self, real: tf.Tensor, latent: tf.Tensor) -> tf.Tensor:
        fake = self.generator(latent)
        with tf.GradientTape() as tape:
            score = self.discriminator(tf.concat([real, fake], axis=1))
            real_score, fake_score = tf.split(score, 2, axis=1)
            loss = self.total(lambda protocol, i: LOSSES[protocol.loss].discriminator(real_score[i], fake_score[i]))
        self.discriminator.descend(tape, loss)
        return loss

    def generator_step(self, latent: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            score = self.discriminator(self.generator(latent))
            loss = self.total(lambda protocol, i: LOSSES[protocol.loss].generator(score[i]))
        self.generator.descend(tape, loss)
        return loss


def groups(variants: Mapping[str, Variant]) -> list[Group]:
    """The variants, grouped by shape."""
    return [Group(list(each)) for _, each in groupby(sorted(variants.values(), key=shape_of), shape_of)]


def make_step(group: Group, points: np.ndarray, config: Config, seed: int, stream: int) -> loop.Step:
    """An iteration of all variants of a group, like `train.make_step` for a single variant; points in data units."""
    shared, seen = group.protocols[0], group.scale(points)
    shape = (len(group.protocols), config.batch, config.latent_dim)

    def times(count: int, body: Callable[[Any], tf.Tensor]) -> tf.Tensor:
        start = (tf.constant(0), tf.constant(0.0))
        return tf.while_loop(lambda i, _: i < count, lambda i, _: (i + 1, body(i)), start)[1]

    def step(iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        batches = tf.reshape(rows[: shared.turns * config.batch], (shared.turns, config.batch))

        def turn(number: Any) -> tf.Tensor:
            real = tf.transpose(tf.gather(seen, batches[number]), (1, 0, 2))
            key = loop.step_seed(seed, iteration, stream + number)
            latent = tf.broadcast_to(draw_latent(config.batch, config.latent_dim, key), shape)
            times(shared.discriminator_steps, lambda _: group.discriminator_step(real, latent))
            return times(shared.generator_steps, lambda _: group.generator_step(latent))

        return {"loss": times(shared.turns, turn)}

    return step
