"""The training loop: an experiment defines a step as a function of the iteration, which is compiled and run in blocks.

All random numbers are keyed by (seed, iteration), so a killed training resumes from its last checkpoint and gives
exactly the result it would have given. Observers get each finished block: history, progress, live view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from texloom.errors import ReportError
from texloom.training import live
from texloom.training.block import Block, Observer
from texloom.training.checkpoint import Checkpoint
from texloom.training.history import History
from texloom.training.progress import Progress

UNROLLED, LONG = 4, 2000
"""UNROLLED: steps in one compiled call if the loop is not compiled; more steps take longer to compile and gain little.

LONG: a training of fewer steps compiles only one step into a call, because the compilation would not pay off.
"""

Step = Callable[..., Mapping[str, Any]]
"""step(iteration, batch) -> named scalars; `batch` is one row of the output of `batches`, and omitted without it."""


def enable_determinism() -> None:
    """Make TensorFlow use operations whose results do not depend on timing. Call once, before any model is built."""
    tf.config.experimental.enable_op_determinism()


def step_seed(seed: int, iteration: Any, stream: int = 0) -> tf.Tensor:
    """The key of a stateless random number: shape (2,), different for each seed, iteration and stream.

    Streams number the independent draws of one step; up to 1024 of them.
    """
    return tf.stack([tf.constant(seed, tf.int32), 1024 * tf.cast(iteration, tf.int32) + stream])


def epoch_batches(seed: int, size: int, batch: int) -> Callable[[int, int], np.ndarray]:
    """Batches of row indices, sampled without replacement within an epoch; an incomplete last batch is dropped.

    Returns a pure function (first step, count) -> int32 array of shape (count, batch), so a training can resume at any
    step. Raises ValueError if a batch is larger than the data.
    """
    per_epoch = size // batch
    if per_epoch == 0:
        raise ValueError(f"a batch of {batch} from {size} examples")

    def order(epoch: int) -> np.ndarray:
        shuffled = np.random.default_rng([seed, epoch]).permutation(size)[: per_epoch * batch]
        return shuffled.reshape(per_epoch, batch).astype(np.int32)

    def batches(first: int, count: int) -> np.ndarray:
        epochs = range(first // per_epoch, (first + count - 1) // per_epoch + 1)
        offset = first - epochs[0] * per_epoch
        return np.concatenate([order(epoch) for epoch in epochs])[offset : offset + count]

    return batches


def compile_block(
    step: Step, count: int, *, with_batches: bool, loop_in_graph: bool = True, unrolled: int = UNROLLED
) -> Callable[..., Any]:
    """Compile `count` steps to one call: block(first, batches) -> named arrays of shape (count,).

    With `loop_in_graph` the loop itself is compiled, without Python between steps. Convolutions are slow inside a loop
    that XLA compiles for the CPU; for them compile up to `unrolled` steps and loop in Python.
    """

    def one(iteration: Any, rows: Any) -> Mapping[str, Any]:
        return step(iteration, rows) if with_batches else step(iteration)

    if not loop_in_graph:
        return _calls_of_several(one, count, unrolled)

    @tf.function(jit_compile=True)
    def block(first: Any, rows: Any) -> dict[str, Any]:
        names: list[str] = []  # known once the body is traced

        def body(i: Any, recorded: Any) -> Any:
            values = one(first + i, rows[i])
            names[:] = values
            return i + 1, recorded.write(i, tf.stack([tf.cast(value, tf.float32) for value in values.values()]))

        recorded = tf.TensorArray(tf.float32, count)
        _, recorded = tf.while_loop(lambda i, _: i < count, body, (tf.constant(0), recorded))
        columns = tf.transpose(recorded.stack())
        return {name: columns[index] for index, name in enumerate(names)}

    return block


def _calls_of_several(one: Callable[[Any, Any], Mapping[str, Any]], count: int, unrolled: int) -> Callable[..., Any]:
    """`count` steps in calls of up to `unrolled` each, because each call has a fixed cost for its variables."""
    together = max(number for number in range(1, unrolled + 1) if count % number == 0)

    @tf.function(jit_compile=True)
    def several(first: Any, rows: Any) -> dict[str, Any]:
        each = [one(first + i, rows[i]) for i in range(together)]
        return {name: tf.stack([values[name] for values in each]) for name in each[0]}

    def block(first: Any, rows: Any) -> dict[str, np.ndarray]:
        start, rows = int(first), np.asarray(rows)
        calls = [several(tf.constant(start + i), rows[i : i + together]) for i in range(0, count, together)]
        return {name: np.concatenate([call[name] for call in calls]).astype(np.float64) for name in calls[0]}

    return block


Measure = Callable[[int], Mapping[str, Any]]
"""measure(steps done) -> values to record after a block, such as a validation loss or samples of a fixed code."""


@dataclass(frozen=True)
class Training:
    """A training: steps, run in compiled blocks, and the state that they change."""

    label: str
    """Its name in progress and errors."""
    step: Step
    steps: int
    block: int
    """Steps in a block; the last may be shorter."""
    variables: Sequence[Any]
    """All state: weights and variables of the optimisers."""
    batches: Callable[[int, int], np.ndarray] | None = None
    """Maps (first step, count) to the inputs of each step, as `epoch_batches` does."""
    loop_in_graph: bool = True
    """See `compile_block`."""

    def run(self, done: int) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """Run the steps after the first `done`; yield for each block the number of steps before it and its scalars."""
        compiled: dict[int, Callable[..., Any]] = {}
        while done < self.steps:
            count = min(self.block, self.steps - done)
            if count not in compiled:
                compiled[count] = self._compile(count)
            numbers = self.batches(done, count) if self.batches else np.zeros((count, 0), np.int32)
            scalars = compiled[count](tf.constant(done), tf.constant(numbers))
            yield done, {name: np.asarray(values) for name, values in scalars.items()}
            done += count

    def _compile(self, count: int) -> Callable[..., Any]:
        return compile_block(
            self.step,
            count,
            with_batches=self.batches is not None,
            loop_in_graph=self.loop_in_graph,
            unrolled=UNROLLED if self.steps >= LONG else 1,
        )


def run(
    training: Training,
    checkpoint: Checkpoint | None = None,
    *,
    measure: Measure | None = None,
    every: int | None = None,
    observers: Sequence[Observer] = (live.Curves(),),
) -> dict[str, np.ndarray]:
    """Train, resuming from the checkpoint; return the history, whose rows `every` sets (see History).

    A block is measured, recorded and saved before it is passed to the observers. Raises ReportError, with the step, if
    a scalar is not finite; the last good checkpoint is kept.
    """
    done, rows = checkpoint.restore(training.variables) if checkpoint else (0, {})
    history = History(rows, every)
    with Progress(training.label, training.steps, start=done) as progress:
        for first, scalars in training.run(done):
            refuse_divergence(training.label, first, scalars, checkpoint)
            after = first + len(next(iter(scalars.values())))
            block = Block(first, scalars, measure(after) if measure else {})
            history(block)
            if checkpoint:
                checkpoint.save(block.done, training.variables, history.rows)
            for observe in (*observers, progress):
                observe(block)
    return history.columns()


def refuse_divergence(label: str, first: int, scalars: Mapping[str, np.ndarray], checkpoint: Checkpoint | None) -> None:
    """Raise ReportError unless the scalars of the steps after `first` are finite."""
    for name, values in scalars.items():
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            raise ReportError(
                label,
                f"{name} became {values[bad[0]]} at iteration {first + int(bad[0]) + 1}; the training stops",
                f"the last good checkpoint is {checkpoint.path}" if checkpoint and checkpoint.path.exists() else "",
            )
