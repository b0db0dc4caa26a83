"""An iteration of the simple GAN compared with eager PyTorch: same networks, losses, RMSProp, batch.

    make bench

Each round is ITERATIONS iterations of one discriminator step and one generator step on one core, as the report trains:
these matrices are too small to be shared between cores, and more threads only slow both versions down.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from experiments.quadratic_gan.data import draw_points
from tests.benchmarks.one_core import as_in_a_training
from tests.benchmarks.operations import dense_forward, dense_step
from tests.benchmarks.side_by_side import time_in_turn

torch = pytest.importorskip("torch")

ITERATIONS = 1000
"""The report's block."""
BATCH, HIDDEN, LATENT = 256, (16, 16), 2


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    """The report's training set."""
    return draw_points(100_000, (1.0, 0.0, 10.0), (-50.0, 50.0), (0, 0))


def ours(points: np.ndarray) -> Callable[[], object]:
    """ITERATIONS iterations as the report trains: one XLA-compiled block."""
    import tensorflow as tf

    from experiments.quadratic_gan.config import Config, Protocol
    from experiments.quadratic_gan.train import make_step
    from experiments.quadratic_gan.variants import build_variant
    from texloom.training import loop

    protocol = Protocol(discriminator_steps=1, generator_steps=1)
    config = Config(reference=protocol)
    assert config.sample_every == ITERATIONS
    assert protocol.generator_hidden == protocol.discriminator_hidden == HIDDEN
    assert (config.batch, config.latent_dim, protocol.optimizer) == (BATCH, LATENT, "rmsprop")
    variant = build_variant(protocol, config.iterations, config.latent_dim, points, seed=0)
    step = make_step(variant, tf.constant(points), config, seed=0)
    block = loop.compile_block(step, ITERATIONS, with_batches=True)
    batches = loop.epoch_batches(0, len(points), BATCH)
    return lambda: np.asarray(block(tf.constant(0), tf.constant(batches(0, ITERATIONS)))["generator_loss"])


def perceptron(*sizes: int) -> list:
    """Fully connected layers with leaky ReLU between them, in PyTorch."""
    layers = []
    for width, units in pairwise(sizes):
        layers += [torch.nn.Linear(width, units), torch.nn.LeakyReLU(0.2)]
    return layers


def eager_pytorch(points: np.ndarray) -> Callable[[], object]:
    """ITERATIONS iterations of the same arithmetic, written as a PyTorch user would."""
    torch.set_num_threads(1)
    softplus = torch.nn.functional.softplus
    generator = torch.nn.Sequential(*perceptron(LATENT, *HIDDEN), torch.nn.Linear(HIDDEN[-1], 2))
    discriminator = torch.nn.Sequential(*perceptron(2, *HIDDEN), torch.nn.Linear(HIDDEN[-1], 2), torch.nn.Linear(2, 1))
    generator_optimizer = torch.optim.RMSprop(generator.parameters(), lr=1e-3, alpha=0.9)
    discriminator_optimizer = torch.optim.RMSprop(discriminator.parameters(), lr=1e-3, alpha=0.9)
    data = torch.from_numpy(points)

    def iteration() -> float:
        real, latent = data[torch.randint(len(data), (BATCH,))], 2 * torch.rand(BATCH, LATENT) - 1
        with torch.no_grad():
            fake = generator(latent)
        real_score, fake_score = discriminator(torch.cat([real, fake])).chunk(2)
        loss = softplus(-real_score).mean() + softplus(fake_score).mean()
        discriminator_optimizer.zero_grad()
        loss.backward()
        discriminator_optimizer.step()
        loss = softplus(-discriminator(generator(latent))).mean()
        generator_optimizer.zero_grad()
        loss.backward()
        generator_optimizer.step()
        return loss.item()

    return lambda: [iteration() for _ in range(ITERATIONS)]


def test_iteration(benchmark, points: np.ndarray) -> None:
    """Time ITERATIONS iterations of both versions in turn."""
    work = f"quadratic GAN, an iteration of 1 + 1 steps of batch {BATCH}, one core"
    generator, discriminator = (LATENT, *HIDDEN, 2), (2, *HIDDEN, 2, 1)
    # The discriminator's step uses a generated and a real batch; the generator's step computes the gradient through the
    # discriminator to its input, but not that of its weights.
    operations = dense_forward(generator, BATCH) + 2 * dense_step(discriminator, BATCH)
    operations += dense_step(generator, BATCH) + 2 * dense_forward(discriminator, BATCH)
    with as_in_a_training(ours, points) as run:
        time_in_turn(benchmark, work, run, eager_pytorch(points), units=ITERATIONS, at_least=6, operations=operations)
