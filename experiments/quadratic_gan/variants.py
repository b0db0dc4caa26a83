"""A variant of the simple GAN: its networks, optimisers and scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from experiments.quadratic_gan.config import Protocol
from experiments.quadratic_gan.data import Scaling
from experiments.quadratic_gan.model import build_discriminator, build_generator

ADAM: dict[str, Any] = {"beta_1": 0.5, "beta_2": 0.99, "epsilon": 1e-7}
RMSPROP: dict[str, Any] = {"rho": 0.9, "epsilon": 1e-10}
"""Parameters of the optimisers; those of RMSProp are the tutorial's."""


@dataclass(frozen=True)
class Variant:
    """The networks, optimisers and scale of one protocol."""

    protocol: Protocol
    iterations: int
    """The number of iterations of its training."""
    scaling: Scaling
    generator: keras.Model
    discriminator: keras.Model
    generator_optimizer: keras.Optimizer
    discriminator_optimizer: keras.Optimizer

    @property
    def state(self) -> list[Any]:
        """All variables, to be stored in a checkpoint."""
        parts = (self.generator, self.discriminator, self.generator_optimizer, self.discriminator_optimizer)
        return [variable for part in parts for variable in part.variables]


def build_optimizer(protocol: Protocol, rate: float, steps: int, model: keras.Model) -> keras.Optimizer:
    """The protocol's optimiser for a network that will take `steps` steps.

    RMSProp works as in the tutorial's TensorFlow 1: no damping of small gradients, and mean squares that start at one.
    """
    schedule: Any = rate
    if protocol.final_rate < 1:
        schedule = keras.optimizers.schedules.ExponentialDecay(rate, steps, protocol.final_rate)
    if protocol.optimizer == "adam":
        optimizer = keras.optimizers.Adam(schedule, **ADAM)
    else:
        optimizer = keras.optimizers.RMSprop(schedule, **RMSPROP)
    optimizer.build(model.trainable_variables)
    for variable in optimizer.variables:
        if protocol.optimizer == "rmsprop" and variable.path.endswith("velocity"):
            variable.assign(tf.ones_like(variable))
    return optimizer


def build_variant(protocol: Protocol, iterations: int, latent_dim: int, training_set: np.ndarray, seed: int) -> Variant:
    """Networks with the initial weights of `seed`, and optimisers for this number of iterations."""
    generator = build_generator(latent_dim, protocol.generator_hidden, seed)
    discriminator = build_discriminator(protocol.discriminator_hidden, seed)
    turns = iterations * protocol.turns
    return Variant(
        protocol,
        iterations,
        Scaling.of(training_set) if protocol.standardised else Scaling.identity(),
        generator,
        discriminator,
        build_optimizer(protocol, protocol.generator_rate, turns * protocol.generator_steps, generator),
        build_optimizer(protocol, protocol.discriminator_rate, turns * protocol.discriminator_steps, discriminator),
    )
