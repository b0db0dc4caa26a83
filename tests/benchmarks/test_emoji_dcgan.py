"""An iteration of the emoji DCGAN compared with the same in PyTorch: same networks, losses, Adam, batch, data.

    make bench

Each round is ITERATIONS iterations of one discriminator step and one generator step on the same cores.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.side_by_side import PEER, time_in_turn

torch = pytest.importorskip("torch")

ITERATIONS = 40
BATCH, LATENT = 16, 100
GENERATOR_FORWARD = 2 * (100 * 128 * 16 + 64 * 128 * 16 * 16 + 64 * 64 * 32 * 16 + 256 * 32 * 3 * 16)
"""Operations per image: two for each product of a pixel and a weight."""
DISCRIMINATOR_FORWARD = 2 * (256 * 48 * 32 + 64 * 32 * 16 * 64 + 16 * 64 * 16 * 128 + 2048)
FIRST_LAYER = 2 * 256 * 48 * 32


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Random images; the time of a step does not depend on what they show."""
    return np.random.default_rng(0).integers(0, 256, (3671, 32, 32, 3), np.uint8)


def ours(images: np.ndarray) -> Callable[[], object]:
    """ITERATIONS iterations as the report trains, including the average of the weights."""
    import tensorflow as tf

    from experiments.emoji_dcgan.config import Config
    from experiments.emoji_dcgan.train import Networks, make_step
    from texloom.training import loop

    config = Config()
    assert (config.batch, config.latent_dim) == (BATCH, LATENT)
    step = make_step(Networks.build(config, seed=0), tf.constant(images), config, seed=0)
    block = loop.compile_block(step, ITERATIONS, with_batches=True, loop_in_graph=False)
    rows = tf.constant(loop.epoch_batches(0, len(images), BATCH)(0, ITERATIONS))
    return lambda: np.asarray(block(tf.constant(0), rows)["generator_loss"])


def normalised(layer: Any) -> list[Any]:
    """A convolution, batch normalisation and ReLU."""
    return [layer, torch.nn.BatchNorm2d(layer.out_channels), torch.nn.ReLU(inplace=True)]


def pytorch(images: np.ndarray, *, channels_last: bool = False, compiled: bool = False) -> Callable[[], object]:
    """ITERATIONS iterations of the same arithmetic, written as a PyTorch user would.

    channels_last: use the memory format that PyTorch recommends for CPUs. compiled: compile both networks.
    """
    torch.set_num_threads(os.cpu_count() or 1)
    up, down = torch.nn.ConvTranspose2d, torch.nn.Conv2d
    generator: Any = torch.nn.Sequential(
        *normalised(up(LATENT, 128, 4, 1, 0, bias=False)),
        *normalised(up(128, 64, 4, 2, 1, bias=False)),
        *normalised(up(64, 32, 4, 2, 1, bias=False)),
        up(32, 3, 4, 2, 1, bias=False),
        torch.nn.Tanh(),
    )
    discriminator: Any = torch.nn.Sequential(
        *normalised(down(3, 32, 4, 2, 1, bias=False)),
        *normalised(down(32, 64, 4, 2, 1, bias=False)),
        *normalised(down(64, 128, 4, 2, 1, bias=False)),
        down(128, 1, 4, 1, 0, bias=False),
    )
    networks = (generator, discriminator)
    assert [sum(weight.numel() for weight in network.parameters()) for network in networks] == [370_624, 167_872]
    data = torch.from_numpy(images.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)
    if channels_last:
        data = data.contiguous(memory_format=torch.channels_last)
        networks = tuple(network.to(memory_format=torch.channels_last) for network in networks)
    optimizers = [torch.optim.Adam(network.parameters(), 3e-4, (0.5, 0.999)) for network in networks]
    generator, discriminator = (torch.compile(network, dynamic=False) if compiled else network for network in networks)

    def update(loss: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def draw() -> Any:
        return generator(2 * torch.rand(BATCH, LATENT, 1, 1) - 1)

    def iteration() -> float:
        real, fake = data[torch.randint(len(data), (BATCH,))], draw().detach()
        loss = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(fake) ** 2).mean() / 2
        update(loss, optimizers[1])
        loss = ((discriminator(draw()) - 1) ** 2).mean()
        update(loss, optimizers[0])
        return loss.item()

    return lambda: [iteration() for _ in range(ITERATIONS)]


@pytest.mark.filterwarnings("ignore")  # torch.compile warns internally and fails if warnings are errors
def test_iteration(benchmark, images: np.ndarray) -> None:
    """Time ITERATIONS iterations of all versions in turn."""
    # The discriminator's step generates a batch and evaluates two, with gradients of all weights and of all inputs
    # except the images. The generator's step generates a batch and evaluates it, with gradients of the images and of
    # its own weights.
    operations = BATCH * (
        GENERATOR_FORWARD
        + 2 * (3 * DISCRIMINATOR_FORWARD - FIRST_LAYER)
        + 3 * GENERATOR_FORWARD
        + 2 * DISCRIMINATOR_FORWARD
    )
    compiled = pytorch(images, compiled=True)
    compiled()  # it recompiles for each kind of input, for which one warm-up round is not enough
    peers = {
        PEER: pytorch(images),
        "PyTorch, channels last": pytorch(images, channels_last=True),
        "PyTorch, torch.compile": compiled,
    }
    time_in_turn(
        benchmark,
        f"emoji DCGAN, an iteration of batch {BATCH}",
        ours(images),
        peers,
        units=ITERATIONS,
        at_least=1.5,
        operations=operations,
    )
