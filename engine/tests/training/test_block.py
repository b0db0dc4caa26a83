"""A block of steps: the progress of the training, and the loss that is shown."""

from __future__ import annotations

import numpy as np

from texloom.training.block import Block


def test_a_block_counts_its_steps_on_top_of_those_before() -> None:
    block = Block(7, {"loss": np.zeros(3, np.float32), "norm": np.ones(3, np.float32)}, {})
    assert (block.steps, block.done) == (3, 10)


def test_the_loss_is_the_mean_of_the_first_scalar() -> None:
    scalars = {"score": np.array([1.0, 2.0, 6.0], np.float32), "loss": np.full(3, 9.0, np.float32)}
    assert Block(0, scalars, {}).loss == 3.0


def test_a_small_loss_among_large_ones_is_not_rounded_away() -> None:
    """In float32 it would be, because 1e8 + 1 is 1e8 there."""
    assert Block(0, {"loss": np.array([1e8, 1.0, -1e8], np.float32)}, {}).loss == 1 / 3
