"""An iteration of the simple GAN beside the same iteration in eager PyTorch: same networks, losses, RMSProp, batch.

    make bench

Each round is ITERATIONS iterations of one discriminator's and one generator's step on the same cores. The last test
takes both in turn, round by round, so that whatever else the machine does falls on both, and asserts the ratio.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from experiments.quadratic_gan.data import draw_points

torch = pytest.importorskip("torch")

ITERATIONS = 500
BATCH, HIDDEN, LATENT = 256, (16, 16), 2
RATIO = 6
"""How many times the iterations a second of eager PyTorch the block must reach."""


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    """The report's training set."""
    return draw_points(100_000, (1.0, 0.0, 10.0), (-50.0, 50.0), (0, 0))


def ours(points: np.ndarray) -> Callable[[], object]:
    """ITERATIONS iterations as the report trains: one XLA-compiled block."""
    import tensorflow as tf

    from experiments.common import loop
    from experiments.quadratic_gan.train import Config, Protocol, build_variant, make_step

    protocol = Protocol(discriminator_steps=1, generator_steps=1)
    config = Config(reference=protocol)
    assert protocol.generator_hidden == protocol.discriminator_hidden == HIDDEN
    assert (config.batch, config.latent_dim, protocol.optimizer) == (BATCH, LATENT, "rmsprop")
    variant = build_variant(protocol, config, points, seed=0)
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
    """ITERATIONS iterations of the same arithmetic, written as a PyTorch user would.

    One thread: these matrices are too small to share, and more threads only slow it down.
    """
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


@pytest.mark.parametrize("implementation", [ours, eager_pytorch])
def test_iteration(benchmark, points: np.ndarray, implementation: Callable) -> None:
    """Time ITERATIONS iterations."""
    benchmark.group = f"quadratic GAN, {ITERATIONS} iterations of batch {BATCH}"
    benchmark.pedantic(implementation(points), rounds=7, warmup_rounds=1)


def test_ratio_to_eager_pytorch(benchmark, points: np.ndarray) -> None:
    """At least RATIO times the iterations a second, rounds of the two in turn; the ratio is in the extra columns."""
    implementations = {"ours": ours(points), "eager_pytorch": eager_pytorch(points)}
    seconds = {name: [] for name in implementations}

    def one_round() -> None:
        for name, run in implementations.items():
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)

    benchmark.group = f"quadratic GAN, both in turn, {ITERATIONS} iterations each"
    benchmark.pedantic(one_round, rounds=7, warmup_rounds=1)
    ours_median, torch_median = (float(np.median(values[1:])) for values in seconds.values())
    benchmark.extra_info["ratio"] = torch_median / ours_median
    assert torch_median >= RATIO * ours_median, f"{torch_median / ours_median:.1f} times, not {RATIO}"
