"""A training step of the patch denoiser compared with three versions of the same step in PyTorch.

    make bench

Each round is STEPS steps of the report's configuration on the same cores: same network, corruption, loss and Adam.
PyTorch runs eagerly, with Adam fused into one kernel, and compiled with fused Adam.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.operations import dense_step
from tests.benchmarks.roofline import ROOFLINE, activation_traffic, dense_parameters, dense_products, promises, roofline
from tests.benchmarks.side_by_side import PEER, time_in_turn

torch = pytest.importorskip("torch")

STEPS = 200
SIDE, PATCH, BATCH, HIDDEN = 28, 8, 128, (640, 640)
POSITIONS = SIDE - PATCH + 1


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Random images; the time of a step does not depend on what they show."""
    return np.random.default_rng(0).random((5000, SIDE**2), dtype=np.float32)


def ours(images: np.ndarray) -> Callable[[], object]:
    """STEPS steps as the report trains: one XLA-compiled block."""
    import keras
    import tensorflow as tf

    from experiments.denoising_autoencoder.config import Config
    from experiments.denoising_autoencoder.train import make_learners, make_step
    from texloom.training import loop

    config = Config()
    assert (config.hidden, config.patch, config.batch) == (HIDDEN, PATCH, BATCH)
    learner = make_learners(config, seed=0)["denoiser"]
    optimizer = keras.optimizers.Adam(config.learning_rate)
    optimizer.build(learner.weights)
    step = make_step(learner, optimizer, tf.constant(images), seed=0)
    block = loop.compile_block(step, STEPS, with_batches=True)
    rows = tf.constant(loop.epoch_batches(0, len(images), BATCH)(0, STEPS))
    return lambda: np.asarray(block(tf.constant(0), rows)["loss"])


def pytorch(images: np.ndarray, *, fused: bool, compiled: bool) -> Callable[[], object]:
    """STEPS steps of the same arithmetic, written as a PyTorch user would."""
    torch.set_num_threads(os.cpu_count() or 1)
    functional = torch.nn.functional
    layers, width = [], SIDE**2
    for units in HIDDEN:
        layers += [torch.nn.Linear(width, units), torch.nn.GELU()]
        width = units
    network = torch.nn.Sequential(*layers, torch.nn.Linear(width, SIDE**2 + 2 * POSITIONS))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=fused)
    data, pixels = torch.from_numpy(images), torch.arange(SIDE)

    def loss_of(clean: Any, position: Any) -> Any:
        offset = pixels[None, None] - position[:, :, None]
        inside = (offset >= 0) & (offset < PATCH)
        mask = (inside[:, 0, :, None] & inside[:, 1, None, :]).reshape(BATCH, -1)
        noise = torch.randn(BATCH, PATCH, PATCH).repeat(1, 4, 4)[:, :SIDE, :SIDE].reshape(BATCH, -1)
        noisy = torch.where(mask, (clean + 0.5 * noise).clamp(0, 1), clean)
        estimate, row, column = network(noisy).split([SIDE**2, POSITIONS, POSITIONS], dim=1)
        pixel = functional.binary_cross_entropy_with_logits(estimate, clean, reduction="none")
        located = functional.cross_entropy(row, position[:, 0]) + functional.cross_entropy(column, position[:, 1])
        return (mask * pixel).sum() / mask.sum() + 0.025 * located

    forward = torch.compile(loss_of) if compiled else loss_of

    def step() -> float:
        # The position is drawn outside: compiled for AVX2, torch.compile's own randint gives indices out of bounds.
        loss = forward(data[torch.randint(len(data), (BATCH,))], torch.randint(POSITIONS, (BATCH, 2)))
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
    widths = (SIDE**2, *HIDDEN, SIDE**2 + 2 * POSITIONS)
    products, activations = [*dense_products(widths, BATCH)], activation_traffic(widths, BATCH)
    peers[ROOFLINE] = roofline(torch, products, dense_parameters(widths), activations, STEPS)
    operations = dense_step(widths, BATCH)
    work = f"denoising autoencoder, a training step of batch {BATCH}"
    time_in_turn(benchmark, work, ours(images), peers, units=STEPS, at_least=promises(peers, 2), operations=operations)
