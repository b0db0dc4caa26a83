"""A training step of the variational autoencoder compared with three versions of the same step in PyTorch.

    make bench

Each round is STEPS steps of the report's network, batch and optimiser on the same cores. PyTorch runs eagerly, with
Adam fused into one kernel, and compiled with fused Adam.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.operations import dense_forward, dense_step
from tests.benchmarks.roofline import ROOFLINE, activation_traffic, dense_parameters, dense_products, promises, roofline
from tests.benchmarks.side_by_side import PEER, time_in_turn

torch = pytest.importorskip("torch")

STEPS = 60
SIZE, BATCH, HIDDEN, LATENT = 784, 128, (512, 256), 20


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Random images; the time of a step does not depend on what they show."""
    return np.random.default_rng(0).random((5000, SIZE), dtype=np.float32)


def ours(images: np.ndarray) -> Callable[[], object]:
    """STEPS steps as the report trains: one XLA-compiled block."""
    import tensorflow as tf

    from experiments.variational_autoencoder.config import Config
    from experiments.variational_autoencoder.train import build_variant, make_step
    from texloom.training import loop

    config = Config()
    assert (config.hidden, config.batch, config.latent_dim) == (HIDDEN, BATCH, LATENT)
    variant = build_variant(config.bernoulli, config, SIZE, seed=0)
    block = loop.compile_block(make_step(variant, tf.constant(images), seed=0), STEPS, with_batches=True)
    rows = tf.constant(loop.epoch_batches(0, len(images), BATCH)(0, STEPS))
    return lambda: np.asarray(block(tf.constant(0), rows)["loss"])


def perceptron(*sizes: int) -> list:
    """Fully connected layers with GELU between them, in PyTorch."""
    layers = []
    for width, units in pairwise(sizes):
        layers += [torch.nn.Linear(width, units), torch.nn.GELU()]
    return layers


def pytorch(images: np.ndarray, *, fused: bool, compiled: bool) -> Callable[[], object]:
    """STEPS steps of the same arithmetic, written as a PyTorch user would."""
    torch.set_num_threads(os.cpu_count() or 1)
    functional = torch.nn.functional
    encoder = torch.nn.Sequential(*perceptron(SIZE, *HIDDEN), torch.nn.Linear(HIDDEN[-1], 2 * LATENT))
    decoder = torch.nn.Sequential(*perceptron(LATENT, *HIDDEN[::-1]), torch.nn.Linear(HIDDEN[0], SIZE))
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=3e-3, betas=(0.9, 0.99), fused=fused)
    data = torch.from_numpy(images)

    def loss_of(clean: Any) -> Any:
        x = (torch.rand_like(clean) < clean).float()
        mean, log_std = encoder(x).chunk(2, dim=1)
        code = mean + torch.exp(log_std) * torch.randn_like(mean)
        reconstruction = -functional.binary_cross_entropy_with_logits(decoder(code), x, reduction="none").sum(1)
        kl = (0.5 * (mean**2 + torch.exp(2 * log_std) - 1) - log_std).sum(1)
        return (kl - reconstruction).mean()

    forward = torch.compile(loss_of) if compiled else loss_of

    def step() -> float:
        loss = forward(data[torch.randint(len(data), (BATCH,))])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return lambda: [step() for _ in range(STEPS)]


def test_training_step(benchmark, images: np.ndarray) -> None:
    """Time STEPS training steps of all versions in turn."""
    peers = {
        PEER: pytorch(images, fused=False, compiled=False),
        "PyTorch, fused Adam": pytorch(images, fused=True, compiled=False),
        "PyTorch, compiled, fused Adam": pytorch(images, fused=True, compiled=True),
    }
    encoder, decoder = (SIZE, *HIDDEN, 2 * LATENT), (LATENT, *HIDDEN[::-1], SIZE)
    products = [*dense_products(encoder, BATCH), *dense_products(decoder, BATCH, input_gradient=True)]
    parameters = sum(dense_parameters(widths) for widths in (encoder, decoder))
    activations = sum(activation_traffic(widths, BATCH) for widths in (encoder, decoder))
    peers[ROOFLINE] = roofline(torch, products, parameters, activations, STEPS)
    # The decoder's step also computes the gradient of its input, which dense_step leaves out.
    operations = dense_step(encoder, BATCH) + dense_step(decoder, BATCH) + dense_forward(decoder[:2], BATCH)
    work = f"variational autoencoder, a training step of batch {BATCH}"
    time_in_turn(benchmark, work, ours(images), peers, units=STEPS, at_least=promises(peers, 2), operations=operations)
