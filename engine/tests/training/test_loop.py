"""The training loop: if it is killed at any block, it resumes and gives the same result."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

from texloom.errors import ReportError
from texloom.training import loop
from texloom.training.block import Block
from texloom.training.checkpoint import Checkpoint

STEPS, BLOCK = 12, 5  # blocks end at 5, 10 and 12
DATA = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)


class KilledError(Exception):
    pass


class Training:
    """Linear regression with momentum and noisy inputs; random by iteration only."""

    def __init__(self, nan_at: int = -1) -> None:
        self.weight, self.velocity = tf.Variable(tf.constant([0.5, -0.5, 0.1])), tf.Variable(tf.zeros(3))
        self.variables = [self.weight, self.velocity]
        self.nan_at = nan_at

    def step(self, iteration: tf.Tensor, rows: tf.Tensor) -> dict[str, tf.Tensor]:
        noise = tf.random.stateless_normal((4, 3), loop.step_seed(7, iteration))
        inputs = tf.gather(tf.constant(DATA), rows) + 0.1 * noise
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(inputs, self.weight) - 1.0) ** 2)
        (gradient,) = tape.gradient(loss, [self.weight])
        self.velocity.assign(0.9 * self.velocity - 0.01 * tf.convert_to_tensor(gradient))
        self.weight.assign_add(self.velocity)
        return {"loss": tf.where(iteration == self.nan_at, float("nan"), loss), "norm": tf.norm(self.weight)}

    def run(
        self, checkpoint: Checkpoint | None = None, *, block: int = BLOCK, loop_in_graph: bool = True, **options: Any
    ) -> dict[str, np.ndarray]:
        training = loop.Training(
            "toy", self.step, STEPS, block, self.variables, loop.epoch_batches(0, 20, 4), loop_in_graph=loop_in_graph
        )
        return loop.run(training, checkpoint, **options)


def kill_after(done: int) -> Callable[[int], dict[str, float]]:
    """A validation that ends the training after `done` steps, before their checkpoint is written."""

    def measure(step: int) -> dict[str, float]:
        if step == done:
            raise KilledError
        return {"validation": float(step) / 2}

    return measure


@pytest.fixture(scope="module")
def uninterrupted() -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
    training = Training()
    history = training.run(measure=kill_after(-1))
    return history, [variable.numpy() for variable in training.variables]


def assert_same(training: Training, history: dict, expected: tuple[dict[str, np.ndarray], list[np.ndarray]]) -> None:
    assert list(history) == list(expected[0])
    for name, values in expected[0].items():
        np.testing.assert_array_equal(history[name], values)
    for variable, value in zip(training.variables, expected[1], strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


def test_history_has_a_row_for_each_block(uninterrupted: tuple[dict[str, np.ndarray], list[np.ndarray]]) -> None:
    history, _ = uninterrupted
    assert list(history) == ["step", "loss", "norm", "validation"]
    np.testing.assert_array_equal(history["step"], [5, 10, 12])
    np.testing.assert_array_equal(history["validation"], [2.5, 5, 6])
    assert history["loss"][-1] < history["loss"][0]


@pytest.mark.parametrize("killed_at", [5, 10, 12])
def test_a_killed_training_resumes_to_the_same_bits(killed_at: int, tmp_path: Path, uninterrupted: Any) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "identity", interval=0)
    with pytest.raises(KilledError):
        Training().run(checkpoint, measure=kill_after(killed_at))
    resumed = Training()
    history = resumed.run(Checkpoint(checkpoint.path, "identity"), measure=kill_after(-1))
    assert_same(resumed, history, uninterrupted)


def test_a_training_killed_again_and_again_gets_there_too(tmp_path: Path, uninterrupted: Any) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "identity", interval=0)
    for done in (5, 10, 10, 12):
        with pytest.raises(KilledError):
            Training().run(checkpoint, measure=kill_after(done))
    resumed = Training()
    assert_same(resumed, resumed.run(checkpoint, measure=kill_after(-1)), uninterrupted)


def test_a_kill_while_the_checkpoint_is_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uninterrupted: Any
) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "identity", interval=0)
    replace, calls = os.replace, []

    def dies_the_second_time(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise KilledError
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dies_the_second_time)
        with pytest.raises(KilledError):
            Training().run(checkpoint, measure=kill_after(-1))
    resumed = Training()
    assert checkpoint.restore(Training().variables)[0] == 5
    assert_same(resumed, resumed.run(checkpoint, measure=kill_after(-1)), uninterrupted)


def test_another_identity_s_checkpoint_is_ignored(tmp_path: Path, uninterrupted: Any) -> None:
    stale = Checkpoint(tmp_path / "state.npz", "old", interval=0)
    stale.save(10, [np.full(3, 9.0), np.full(3, 9.0)], {"step": [5, 10]}, force=True)
    training = Training()
    assert Checkpoint(stale.path, "new").restore(training.variables) == (0, {})
    history = training.run(Checkpoint(stale.path, "new"), measure=kill_after(-1))
    assert_same(training, history, uninterrupted)


def test_divergence_stops_with_the_iteration_and_keeps_the_last_good_checkpoint(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "identity", interval=0)
    with pytest.raises(ReportError) as error:
        Training(nan_at=7).run(checkpoint)
    assert error.value.where == "toy"
    assert error.value.what == "loss became nan at iteration 8; the training stops"
    assert error.value.way_out == f"the last good checkpoint is {checkpoint.path}"
    restored = Training()
    assert checkpoint.restore(restored.variables)[0] == 5
    assert np.isfinite(restored.weight.numpy()).all()


def test_looping_inside_or_outside_the_graph_is_the_same_training(uninterrupted: Any) -> None:
    training = Training()
    history = training.run(measure=kill_after(-1), loop_in_graph=False)
    for name, values in uninterrupted[0].items():
        np.testing.assert_allclose(history[name], values, rtol=1e-6)
    np.testing.assert_allclose(training.weight.numpy(), uninterrupted[1][0], rtol=1e-6)


def test_the_size_of_a_block_does_not_change_the_training(uninterrupted: Any) -> None:
    training = Training()
    training.run(block=12)
    np.testing.assert_allclose(training.weight.numpy(), uninterrupted[1][0], rtol=1e-6)


def test_a_step_without_batches_counts_from_zero() -> None:
    seen = tf.Variable(tf.zeros(6, tf.int32))

    def step(iteration: tf.Tensor) -> dict[str, tf.Tensor]:
        seen.scatter_nd_update([[iteration]], [iteration + 1])
        return {"iteration": tf.cast(iteration, tf.float32)}

    history = loop.run(loop.Training("count", step, steps=6, block=4, variables=[seen]))
    np.testing.assert_array_equal(history["iteration"], [1.5, 4.5])
    np.testing.assert_array_equal(seen.numpy(), [1, 2, 3, 4, 5, 6])


def test_observers_see_each_block_when_it_is_saved(tmp_path: Path) -> None:
    """It has the number of steps before it, the returned scalars and the measured values."""
    checkpoint, seen = Checkpoint(tmp_path / "state.npz", "identity", interval=0), []

    def observe(block: Block) -> None:
        with np.load(checkpoint.path) as kept:
            seen.append((block.first, block.done, int(kept["iteration"]), dict(block.measured)))
        assert block.scalars["loss"].shape == (block.steps,)
        assert block.loss == pytest.approx(np.mean(block.scalars["loss"]))

    Training().run(checkpoint, measure=kill_after(-1), observers=[observe, observe])
    expected = [(0, 5, 5), (5, 10, 10), (10, 12, 12)]
    assert seen == [(*each, {"validation": each[1] / 2}) for each in expected for _ in range(2)]


def test_keys_differ_between_iterations_streams_and_seeds() -> None:
    keys = {
        tuple(loop.step_seed(seed, iteration, stream).numpy().tolist())
        for seed in (0, 1)
        for iteration in (-4, -1, 0, 1, 2, 100_000)
        for stream in (0, 1, 1023)
    }
    assert len(keys) == 2 * 6 * 3
