"""Training step and training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf
from experiments.my_experiment.config import Config
from experiments.my_experiment.data import Points, draw_points
from experiments.my_experiment.evaluation import evaluate
from experiments.my_experiment.model import build_network, squared_error
from texloom.training import loop
from texloom.training.architecture import describe
from texloom.training.networks import descend

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter
    from texloom.training.checkpoint import Checkpoint


def make_step(network: keras.Model, optimizer: Any, points: Points) -> loop.Step:
    """The training step as a function of the iteration and the row indices of the batch."""
    all_x, all_y, weights = tf.constant(points.x), tf.constant(points.y), network.trainable_variables

    def step(_iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        x, y = tf.gather(all_x, rows), tf.gather(all_y, rows)
        with tf.GradientTape() as tape:
            loss = squared_error(network(x, training=True), y)
        descend(tape, loss, weights, optimizer)
        return {"loss": loss}

    return step


def train(config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None = None) -> None:
    """Train on noisy points, evaluate against the true curve, and record everything in `run`."""
    points = draw_points(config.points, config.noise, seed)
    network = build_network(config.hidden, seed)
    schedule: Any = keras.optimizers.schedules.CosineDecay(config.learning_rate, config.steps)
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(network.trainable_variables)

    training = loop.Training(
        label=f"my experiment, seed {seed}",
        step=make_step(network, optimizer, points),
        steps=config.steps,
        block=100,
        variables=[*network.variables, *optimizer.variables],
        batches=loop.epoch_batches(seed, config.points, config.batch),
    )
    run.history(loop.run(training, checkpoint))
    run.architecture("network", describe(network))
    run.save_weights("network", network.get_weights())
    evaluate(network, points, run)
