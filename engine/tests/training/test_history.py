"""The recorded history of blocks, checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from texloom.training.block import Block
from texloom.training.history import History

BLOCKS = (
    Block(0, {"loss": np.array([1.0, 2.0, 3.0, 4.0, 5.0], np.float32)}, {"picture": np.eye(2)}),
    Block(5, {"loss": np.array([10.0, 20.0], np.float32)}, {"picture": np.ones((2, 2))}),
)


@pytest.mark.parametrize(
    ("every", "steps", "losses"),
    [
        (None, [5, 7], [3, 15]),
        (1, [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 10, 20]),
        (2, [2, 4, 5, 7], [1.5, 3.5, 5, 15]),
    ],
)
def test_rows_are_means_over_so_many_steps(every: int | None, steps: list[int], losses: list[float]) -> None:
    """A row does not extend into the next block; measured values have one row for each block."""
    history = History(every=every)
    for block in BLOCKS:
        history(block)
    columns = history.columns()
    assert list(columns) == ["step", "loss", "picture"]
    assert columns["step"].tolist() == steps
    assert columns["loss"].tolist() == losses
    assert columns["loss"].dtype == np.float64
    np.testing.assert_array_equal(columns["picture"], [np.eye(2), np.ones((2, 2))])


def test_a_history_continues_from_the_rows_so_far() -> None:
    whole, first = History(), History()
    whole(BLOCKS[0])
    first(BLOCKS[0])
    rest = History({name: list(values) for name, values in first.rows.items()})
    for history in (whole, rest):
        history(BLOCKS[1])
    for name, values in whole.columns().items():
        np.testing.assert_array_equal(rest.columns()[name], values)
