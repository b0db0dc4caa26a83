"""The state of an unfinished training; tests/training/test_loop.py resumes from it."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

from texloom.training.checkpoint import Checkpoint


def test_a_checkpoint_holds_state_for_its_own_identity_only(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "this")
    assert not checkpoint.holds_state()
    checkpoint.save(1, [], {}, force=True)
    assert checkpoint.holds_state()
    assert not Checkpoint(tmp_path / "state.npz", "other").holds_state()


def test_checkpoints_are_written_no_more_often_than_asked(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "sub" / "state.npz", "identity", interval=1000)
    checkpoint.save(5, [np.zeros(3)], {})
    assert not checkpoint.path.exists()
    checkpoint.save(5, [np.zeros(3)], {}, force=True)
    assert checkpoint.restore([tf.Variable(tf.ones(3))])[0] == 5
    checkpoint.remove()
    assert checkpoint.restore([]) == (0, {})


def test_the_time_of_killed_processes_is_added_up(tmp_path: Path) -> None:
    path, waited = tmp_path / "state.npz", 0.05
    for earlier in range(3):
        checkpoint = Checkpoint(path, "this")  # of another process each time
        checkpoint.restore([])
        assert earlier * waited <= checkpoint.earlier < (earlier + 1) * waited + 1
        time.sleep(waited)
        checkpoint.save(1, [], {}, force=True)


def test_an_array_is_computed_once_in_all_processes_of_a_training(tmp_path: Path) -> None:
    path, calls = tmp_path / "sub" / "state.npz", []

    def compute(value: int) -> np.ndarray:
        calls.append(value)
        return np.full(2, value)

    for _ in range(2):  # processes
        checkpoint = Checkpoint(path, "this")
        assert checkpoint.keep("one", lambda: compute(1)).tolist() == [1, 1]
        assert checkpoint.keep("two", lambda: compute(2)).tolist() == [2, 2]
        assert not checkpoint.holds_state()
    assert calls == [1, 2]
    assert Checkpoint(path, "other").keep("one", lambda: compute(3)).tolist() == [3, 3]
    checkpoint.remove()
    assert list(path.parent.iterdir()) == []
