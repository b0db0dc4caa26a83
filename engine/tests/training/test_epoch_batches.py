"""Batches without replacement: any range can be requested, and each epoch is part of a permutation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("tensorflow")

from texloom.training.loop import epoch_batches


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, int, int]:
    size = draw(st.integers(1, 40))
    return draw(st.integers(0, 5)), size, draw(st.integers(1, size))


@given(cases(), st.integers(0, 100), st.integers(1, 60))
def test_any_stretch_is_what_single_steps_give(case: tuple[int, int, int], first: int, count: int) -> None:
    seed, size, batch = case
    batches = epoch_batches(seed, size, batch)
    together = batches(first, count)
    assert (together.shape, together.dtype) == ((count, batch), np.int32)
    np.testing.assert_array_equal(together, np.concatenate([batches(first + step, 1) for step in range(count)]))


@given(cases(), st.integers(0, 5))
def test_no_row_comes_twice_in_an_epoch(case: tuple[int, int, int], epoch: int) -> None:
    seed, size, batch = case
    per_epoch = size // batch
    rows = epoch_batches(seed, size, batch)(epoch * per_epoch, per_epoch).ravel()
    assert len(set(rows.tolist())) == len(rows) == per_epoch * batch
    assert 0 <= rows.min() <= rows.max() < size


def test_epochs_and_seeds_differ() -> None:
    rows = [epoch_batches(seed, 40, 10)(first, 4).ravel().tolist() for seed in (0, 1) for first in (0, 4, 8)]
    assert len({tuple(each) for each in rows}) == 6
    assert all(sorted(each) == list(range(40)) for each in rows)


def test_what_an_epoch_leaves_out_differs_between_epochs() -> None:
    batches = epoch_batches(0, 10, 4)
    left_out = {tuple(sorted(set(range(10)) - set(batches(2 * epoch, 2).ravel().tolist()))) for epoch in range(20)}
    assert len(left_out) > 5


def test_a_batch_larger_than_the_data_is_refused() -> None:
    with pytest.raises(ValueError, match="a batch of 11 is larger than the data, 10 examples"):
        epoch_batches(0, 10, 11)
