"""Training step, training and evaluation of the simple GAN: the variants, then the table of single changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from experiments.generative.adversarial import LOSSES
from experiments.generative.latent import draw_latent
from experiments.quadratic_gan import together
from experiments.quadratic_gan.config import CHANGES, STREAMS, Config, Protocol
from experiments.quadratic_gan.data import Scaling, curve_height, draw_points
from experiments.quadratic_gan.evaluation import (
    distances_over_training,
    measure_change,
    measure_distances,
    measure_features,
    measure_losses,
    measure_points,
)
from experiments.quadratic_gan.variants import Variant, build_variant
from texloom.results.tiling import plot_points
from texloom.training import loop
from texloom.training.architecture import describe
from texloom.training.checkpoint import Checkpoint
from texloom.training.networks import descend
from texloom.training.parts import Parts

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

TRAINING, SHOWN, FRESH, OTHER, PAIRED = range(5)
"""Numbers of the draws of real points; numbers from PAIRED on are for pairs of samples."""

PAIRS = 5
"""Number of pairs of real samples whose distances are averaged."""

SNAPSHOT, TEST = -1, -2
"""Iteration numbers that training never reaches, used as keys of the latent codes drawn for figures and metrics."""


def repeat(count: int, body: Callable[[Any], tf.Tensor], shape: tuple[int, ...] = ()) -> tf.Tensor:
    """Call body(number) `count` times in a loop in the graph; return the last result, which has the given shape."""
    if count == 1:
        return body(tf.constant(0))
    first = (tf.constant(0), tf.zeros(shape))
    return tf.while_loop(lambda i, _: i < count, lambda i, _: (i + 1, body(i)), first)[1]


def make_step(
    variant: Variant,
    points: tf.Tensor,
    config: Config,
    seed: int,
    stream: int = 0,
) -> loop.Step:
    """An iteration, as a function of its number and the row numbers of its points.

    points: the training set in the networks' units, shape (n, 2).
    stream: the variant's first random stream.
    """
    protocol, losses = variant.protocol, LOSSES[variant.protocol.loss]
    generator, discriminator = variant.generator, variant.discriminator

    def discriminator_step(real: tf.Tensor, latent: tf.Tensor) -> tf.Tensor:
        # Outside the tape, because this step does not change the generator.
        fake = generator(latent)
        with tf.GradientTape() as tape:
            score, _ = discriminator(tf.concat([real, fake], axis=0))
            loss = losses.discriminator(*tf.split(score, 2))
        descend(tape, loss, discriminator.trainable_variables, variant.discriminator_optimizer)
        return loss

    def generator_step(latent: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            fake_score, _ = discriminator(generator(latent))
            loss = losses.generator(fake_score)
        descend(tape, loss, generator.trainable_variables, variant.generator_optimizer)
        return loss

    def turn(real: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        latent = draw_latent(config.batch, config.latent_dim, key)
        discriminator_loss = repeat(
            protocol.discriminator_steps,
            lambda _: discriminator_step(real, latent),
        )
        generator_loss = repeat(protocol.generator_steps, lambda _: generator_step(latent))
        return tf.stack([discriminator_loss, generator_loss])

    def step(iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        batches = tf.reshape(rows[: protocol.turns * config.batch], (protocol.turns, config.batch))

        def numbered_turn(number: Any) -> tf.Tensor:
            real = tf.gather(points, batches[number])
            return turn(real, loop.step_seed(seed, iteration, stream + number))

        discriminator_loss, generator_loss = tf.unstack(repeat(protocol.turns, numbered_turn, (2,)))
        return {"discriminator_loss": discriminator_loss, "generator_loss": generator_loss}

    return step


def side_by_side(steps: Mapping[str, loop.Step]) -> loop.Step:
    """One step that runs the given steps in turn; the name of each step is a prefix of the names of its scalars."""

    def step(iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        return {
            f"{name}_{scalar}": value for name, each in steps.items() for scalar, value in each(iteration, rows).items()
        }

    return step


def generate(variant: Variant, latent: tf.Tensor) -> np.ndarray:
    """Generated points in data units, float64 of shape (n, 2)."""
    return variant.scaling.restore(np.asarray(variant.generator(latent), np.float64))


def features(variant: Variant, real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """The third layer's features of real and generated points in data units: shape (2, n, FEATURES)."""
    seen = [variant.scaling.standardise(points).astype(np.float32) for points in (real, fake)]
    return np.stack([np.asarray(variant.discriminator(points)[1]) for points in seen])


def make_training(
    variants: Mapping[str, Variant], training_set: np.ndarray, config: Config, seed: int
) -> loop.Training:
    """The training of all variants. Each draws the random numbers that it would draw if it were trained alone.

    `held` and `improved` draw the same ones.
    """
    steps = {}
    for name, variant in variants.items():
        points = tf.constant(variant.scaling.standardise(training_set))
        steps[name] = make_step(variant, points, config, seed, first_stream(variant.protocol))
    return loop.Training(
        label=f"quadratic GAN, seed {seed}",
        step=side_by_side(steps),
        steps=config.iterations,
        block=config.sample_every,
        variables=[variable for variant in variants.values() for variable in variant.state],
        batches=loop.epoch_batches(seed, config.training_points, config.points_per_iteration),
    )


def make_factors(
    groups: Sequence[together.Group], training_set: np.ndarray, config: Config, seed: int
) -> loop.Training:
    """The trainings of the one-factor table, as one program."""
    steps = {
        f"group_{number}": together.make_step(group, training_set, config, seed, first_stream(group.protocols[0]))
        for number, group in enumerate(groups, start=1)
    }
    return loop.Training(
        label=f"quadratic GAN, one-factor table, seed {seed}",
        step=side_by_side(steps),
        steps=config.factor_iterations,
        block=min(config.sample_every, config.factor_iterations),
        variables=[each for group in groups for each in (*group.generator.state, *group.discriminator.state)],
        batches=loop.epoch_batches(seed, config.training_points, config.points_per_iteration),
    )


def first_stream(protocol: Protocol) -> int:
    """The first random stream of a variant: one for protocols with a single turn, another for all others."""
    return STREAMS if protocol.turns > 1 else 0


def build_variants(
    protocols: Mapping[str, Protocol], iterations: int, training_set: np.ndarray, config: Config, seed: int
) -> dict[str, Variant]:
    """A variant for each protocol, all with the initial weights of `seed`."""
    return {
        name: build_variant(protocol, iterations, config.latent_dim, training_set, seed)
        for name, protocol in protocols.items()
    }


def draw_real(count: int, number: int, config: Config, seed: int) -> np.ndarray:
    """The points on the curve from the draw with this number, float32 of shape (count, 2)."""
    return draw_points(count, config.coefficients, config.x_range, (seed, number))


def generate_test(variant: Variant, config: Config, seed: int) -> np.ndarray:
    """The generated points that are measured, from the same latent codes for each variant; shape (test_points, 2)."""
    return generate(variant, draw_latent(config.test_points, config.latent_dim, loop.step_seed(seed, TEST)))


def train(config: Config, seed: int, run: RunWriter, checkpoint: Checkpoint | None = None) -> None:
    """Train all variants on the same points, measure them on fresh ones, store everything in `run`."""
    training_set = draw_real(config.training_points, TRAINING, config, seed)
    shown = draw_real(config.snapshot_points, SHOWN, config, seed)
    latent = draw_latent(config.snapshot_points, config.latent_dim, loop.step_seed(seed, SNAPSHOT))
    variants = build_variants(config.protocols, config.iterations, training_set, config, seed)
    changes = {name: config.changed_by(factors) for name, factors in CHANGES.items()}
    changed = build_variants(changes, config.factor_iterations, training_set, config, seed)
    groups = together.groups(changed)
    trainings = {
        "variants": make_training(variants, training_set, config, seed),
        "factors": make_factors(groups, training_set, config, seed),
    }

    def snapshots(_done: int) -> dict[str, np.ndarray]:
        return {name: generate(variant, latent) for name, variant in variants.items()}

    def feature_planes() -> dict[str, np.ndarray]:
        return {name: features(variant, shown, generate(variant, latent)) for name, variant in variants.items()}

    def pictures(measured: Mapping[str, Any]) -> dict[str, np.ndarray]:
        return {name: plot_points(measured[name], training_set[: config.snapshot_points]) for name in variants}

    first, before = snapshots(0), feature_planes()
    parts = Parts(checkpoint, trainings)  # after `before`, because it restores the weights of a killed training
    history = parts.train("variants", measure=snapshots, pictures=pictures, every=config.record_every)
    after = feature_planes()
    train_factors(parts, groups)
    samples = {name: np.concatenate([first[name][None], history.pop(name)]) for name in variants}
    run.history({"iteration": history.pop("step"), **history})
    run.array("real", shown)
    for name, variant in variants.items():
        run.array(f"{name}_samples", samples[name].astype(np.float32))
        run.array(f"{name}_features", np.stack([before[name], after[name]]))
        save_networks(name, variant, run)
        measure_losses(name, variant.protocol.loss, history, config.record_every, run)
        measure_features(name, before[name], after[name], run)
    evaluate(variants, changed, samples, config, seed, run)


def train_factors(parts: Parts, groups: Sequence[together.Group]) -> None:
    """Train the groups of the one-factor table, and copy the trained weights to the networks of their variants."""
    parts.train("factors")
    for group in groups:
        group.generator.hand_back()
        group.discriminator.hand_back()


def save_networks(name: str, variant: Variant, run: RunWriter) -> None:
    """Store architecture and trained weights of both networks."""
    for network in (variant.generator, variant.discriminator):
        run.architecture(f"{name}_{network.name}", describe(network))
        run.save_weights(f"{name}_{network.name}", network.get_weights())


def evaluate(
    variants: Mapping[str, Variant],
    changed: Mapping[str, Variant],
    samples: Mapping[str, np.ndarray],
    config: Config,
    seed: int,
    run: RunWriter,
) -> None:
    """Measure all variants on the same latent codes and the same fresh real points.

    changed: the variants of the one-factor table, of which only the generators' weights are stored.
    samples: the points that each variant generated at the snapshots.
    """
    generated = {name: generate_test(variant, config, seed) for name, variant in variants.items()}
    run.metric("curve_height", curve_height(config.coefficients, config.x_range))
    for name, points in generated.items():
        measure_points(name, points, config.coefficients, config.x_range, run)
        run.array(f"{name}_test", points.astype(np.float32))
    fresh, *others = (
        draw_real(config.distance_points, number, config, seed)
        for number in (FRESH, *range(PAIRED, PAIRED + 2 * PAIRS))
    )
    scaling = Scaling.of(fresh)
    some = {name: points[: config.distance_points] for name, points in generated.items()}
    measure_distances(some, fresh, list(zip(others[::2], others[1::2], strict=True)), scaling, run)
    for name, variant in changed.items():
        measure_change(name, generate_test(variant, config, seed), fresh, config, scaling, run)
        run.save_weights(f"factor_{name}_generator", variant.generator.get_weights())
    fresh, other = (draw_real(config.snapshot_points, number, config, seed) for number in (FRESH, OTHER))
    distances_over_training(samples, fresh, other, scaling, run)
