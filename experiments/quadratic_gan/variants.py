"""The two variants of the simple GAN: how each is trained, and its networks, optimisers and scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt

from experiments.quadratic_gan.data import Scaling
from experiments.quadratic_gan.model import build_discriminator, build_generator

STREAMS = 512
"""Random streams of one variant in an iteration, one for each turn."""


class Protocol(BaseModel):
    """How one variant is trained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    generator_hidden: tuple[PositiveInt, PositiveInt] = Field(
        default=(16, 16), description="units of the generator's hidden layers"
    )
    discriminator_hidden: tuple[PositiveInt, PositiveInt] = Field(
        default=(16, 16), description="units of the discriminator's first two hidden layers; the third has 2"
    )
    standardised: bool = Field(
        default=False, description="networks see zero mean and unit variance instead of raw coordinates"
    )
    loss: Literal["cross_entropy", "least_squares"] = Field(
        default="cross_entropy", description="cross_entropy or least_squares"
    )
    optimizer: Literal["rmsprop", "adam"] = Field(default="rmsprop", description="rmsprop or adam")
    discriminator_rate: PositiveFloat = Field(default=1e-3, description="learning rate of the discriminator")
    generator_rate: PositiveFloat = Field(default=1e-3, description="learning rate of the generator")
    final_rate: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="rates at the end, in parts of those at the start; they fall exponentially",
    )
    turns: int = Field(
        default=1, ge=1, le=STREAMS, description="batches in an iteration; on each both networks take their steps"
    )
    discriminator_steps: PositiveInt = Field(default=10, description="discriminator's steps on a batch")
    generator_steps: PositiveInt = Field(
        default=10, description="generator's steps on a batch, after the discriminator's"
    )


REFERENCE = Protocol()
IMPROVED = Protocol(
    generator_hidden=(32, 32),
    discriminator_hidden=(64, 64),
    standardised=True,
    loss="least_squares",
    optimizer="adam",
    final_rate=0.01,
    turns=5,
    discriminator_steps=1,
    generator_steps=1,
)


@dataclass(frozen=True)
class Variant:
    """The networks, optimisers and scale of one protocol."""

    protocol: Protocol
    scaling: Scaling
    generator: keras.Model
    discriminator: keras.Model
    generator_optimizer: keras.Optimizer
    discriminator_optimizer: keras.Optimizer

    @property
    def state(self) -> list[Any]:
        """All variables: what a checkpoint keeps."""
        parts = (self.generator, self.discriminator, self.generator_optimizer, self.discriminator_optimizer)
        return [variable for part in parts for variable in part.variables]


def build_optimizer(protocol: Protocol, rate: float, steps: int, model: keras.Model) -> keras.Optimizer:
    """The protocol's optimiser for a network that will take `steps` steps.

    RMSProp is that of the tutorial's TensorFlow 1: no damping of small gradients, mean squares that start at one.
    """
    schedule: Any = rate
    if protocol.final_rate < 1:
        schedule = keras.optimizers.schedules.ExponentialDecay(rate, steps, protocol.final_rate)
    if protocol.optimizer == "adam":
        optimizer = keras.optimizers.Adam(schedule, beta_1=0.5, beta_2=0.99)
    else:
        optimizer = keras.optimizers.RMSprop(schedule, rho=0.9, epsilon=1e-10)
    optimizer.build(model.trainable_variables)
    for variable in optimizer.variables:
        if protocol.optimizer == "rmsprop" and variable.path.endswith("velocity"):
            variable.assign(tf.ones_like(variable))
    return optimizer


def build_variant(protocol: Protocol, config: Any, training_set: np.ndarray, seed: int) -> Variant:
    """Networks with the initial weights of `seed`, and what trains them; config: that of the experiment."""
    generator = build_generator(config.latent_dim, protocol.generator_hidden, seed)
    discriminator = build_discriminator(protocol.discriminator_hidden, seed)
    turns = config.iterations * protocol.turns
    return Variant(
        protocol,
        Scaling.of(training_set) if protocol.standardised else Scaling.identity(),
        generator,
        discriminator,
        build_optimizer(protocol, protocol.generator_rate, turns * protocol.generator_steps, generator),
        build_optimizer(protocol, protocol.discriminator_rate, turns * protocol.discriminator_steps, discriminator),
    )
