"""Variants that are trained together take the same steps as each takes alone."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from experiments.quadratic_gan import together
from experiments.quadratic_gan.config import CHANGES, FACTORS, Config, Protocol
from experiments.quadratic_gan.train import build_variants, draw_real, first_stream, make_step

CONFIG = Config(batch=8, training_points=100, factor_iterations=3)
STEPS = 2


def test_the_factors_are_all_that_a_protocol_says() -> None:
    assert {field for fields in FACTORS.values() for field in fields} == set(Protocol.model_fields)
    config = Config()
    assert config.changed_by(CHANGES["all"]) == config.improved
    assert config.changed_by(CHANGES["none"]) == config.reference
    assert config.changed_by(CHANGES["only_loss"]).loss == "least_squares"
    assert config.changed_by(CHANGES["without_loss"]).model_dump() == config.improved.model_dump() | {
        "loss": "cross_entropy"
    }
    assert config.protocols["held"].final_rate == 1


@pytest.mark.slow  # three programs are compiled
def test_each_variant_of_a_group_takes_the_steps_that_it_takes_alone() -> None:
    """Two protocols with narrow networks of the same shape; they differ in loss, optimiser, rates and scale."""
    names = ("only_scaling", "without_width")
    base = {"turns": 2, "discriminator_steps": 2, "generator_steps": 1}
    protocols = {name: CONFIG.changed_by(CHANGES[name]).model_copy(update=base) for name in names}
    points = draw_real(CONFIG.training_points, 0, CONFIG, 0)
    alone, stacked = (build_variants(protocols, CONFIG.factor_iterations, points, CONFIG, seed=0) for _ in range(2))
    (group,) = together.groups(stacked)
    stream = first_stream(protocols["only_scaling"])
    steps = [
        make_step(each, tf.constant(each.scaling.standardise(points)), CONFIG, 0, stream) for each in alone.values()
    ]
    steps.append(together.make_step(group, points, CONFIG, 0, stream))
    rows = np.random.default_rng(0).integers(0, 100, (STEPS, 16)).astype(np.int32)
    for step in steps:
        compiled = tf.function(step, jit_compile=True)
        for iteration in range(STEPS):
            compiled(tf.constant(iteration), tf.constant(rows[iteration]))
    group.generator.hand_back()
    group.discriminator.hand_back()
    for name in names:
        for network in ("generator", "discriminator"):
            one, other = (getattr(variants[name], network).get_weights() for variants in (alone, stacked))
            for weight, same in zip(one, other, strict=True):
                np.testing.assert_allclose(same, weight, rtol=1e-4, atol=1e-6)
