"""Several trainings with one checkpoint: killed anywhere, they give the same bits; finished parts are not repeated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

from texloom.errors import ReportError
from texloom.training import loop
from texloom.training.checkpoint import Checkpoint
from texloom.training.parts import Parts

STEPS, BLOCK = 6, 2


class Walk:
    """A random walk of one variable, keyed by name and iteration."""

    def __init__(self, seed: int) -> None:
        start: Any = 0.0
        self.seed, self.place = seed, tf.Variable(start)
        self.traced = 0

    def step(self, iteration: tf.Tensor) -> Mapping[str, tf.Tensor]:
        self.traced += 1
        self.place.assign_add(tf.random.stateless_normal((), loop.step_seed(self.seed, iteration)))
        return {"place": self.place.read_value()}


def training(name: str, each: Walk) -> loop.Training:
    return loop.Training(name, each.step, STEPS, BLOCK, [each.place])


def walk(checkpoint: Checkpoint | None, killed: tuple[str, int] = ("", 0)) -> dict[str, dict[str, np.ndarray]]:
    """Two walks, one after the other; `killed` is the part and the step after which the process ends."""
    walks = {"first": Walk(1), "second": Walk(2)}
    parts = Parts(checkpoint, {name: training(name, each) for name, each in walks.items()})
    histories = {}
    for name, each in walks.items():

        def after(done: int, name: str = name, each: Walk = each) -> dict[str, float]:
            if (name, done) == killed:
                raise KeyboardInterrupt
            return {"squared": float(each.place) ** 2}

        histories[name] = parts.train(name, measure=after)
    return histories | {"end": {name: np.array(each.place) for name, each in walks.items()}, "traced": {
        name: np.array(each.traced) for name, each in walks.items()
    }}  # fmt: skip


def assert_same(one: dict[str, dict[str, np.ndarray]], other: dict[str, dict[str, np.ndarray]]) -> None:
    for part in ("first", "second", "end"):
        assert list(one[part]) == list(other[part])
        for name, values in one[part].items():
            np.testing.assert_array_equal(values, other[part][name], err_msg=f"{part} {name}")


@pytest.mark.parametrize("killed", [("first", 2), ("first", 6), ("second", 2), ("second", 4), ("second", 6)])
def test_killed_in_any_block_of_any_part_it_resumes_to_the_same_bits(tmp_path: Path, killed: tuple[str, int]) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "identity", interval=0)
    with pytest.raises(KeyboardInterrupt):
        walk(checkpoint, killed)
    resumed = walk(checkpoint)
    assert_same(resumed, walk(None))
    assert resumed["traced"]["first"] == (0 if killed[0] == "second" else 1)  # a finished part is not run again


def test_each_history_is_the_part_s_own() -> None:
    histories = walk(None)
    for name in ("first", "second"):
        np.testing.assert_array_equal(histories[name]["step"], [2, 4, 6])
        assert histories[name]["squared"][-1] == pytest.approx(float(histories["end"][name]) ** 2)
    assert not np.allclose(histories["first"]["place"], histories["second"]["place"])


def test_a_finished_part_is_kept_though_the_interval_has_not_passed(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "identity", interval=1e9)
    with pytest.raises(KeyboardInterrupt):
        walk(checkpoint, ("second", 2))
    assert walk(checkpoint)["traced"]["first"] == 0


def test_a_checkpoint_of_another_identity_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    walk(Checkpoint(path, "identity", interval=0))
    assert walk(Checkpoint(path, "another", interval=0))["traced"]["first"] == 1


def test_divergence_in_a_part_names_it_and_the_kept_checkpoint(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "identity", interval=0)
    good, bad = Walk(1), Walk(2)
    nowhere = loop.Training("bad", lambda _: {"place": tf.constant(float("nan"))}, STEPS, BLOCK, [bad.place])
    parts = Parts(checkpoint, {"good": training("good", good), "bad": nowhere})
    parts.train("good")
    with pytest.raises(ReportError, match=r"bad: place became nan at iteration 1.*\n.*state.npz"):
        parts.train("bad")
