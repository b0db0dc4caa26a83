"""The one place that knows about compilation, blocks of steps, checkpoints and resuming.

A chapter writes one training step as a function of the iteration number. This module compiles it with XLA, runs it in
blocks, and keeps the training resumable: everything random is keyed by (seed, iteration), so a training that was killed
goes on from its last checkpoint to the very result it would have had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from texloom.errors import ReportError
from texloom.training import live
from texloom.training.checkpoint import Checkpoint
from texloom.training.progress import Progress

UNROLLED, LONG = 4, 2000
"""Steps in one compiled call where the loop is not compiled; more compile longer and gain little.

A training of fewer than LONG steps compiles one: it would not win back the time.
"""

Step = Callable[..., Mapping[str, Any]]
"""step(iteration, batch) -> named scalars; `batch` is one row of what `batches` gave, absent when nothing is given."""


def enable_determinism() -> None:
    """Ask TensorFlow for operations whose results do not depend on timing. Call once, before any model is built."""
    tf.config.experimental.enable_op_determinism()


def step_seed(seed: int, iteration: Any, stream: int = 0) -> tf.Tensor:
    """The key of a stateless random number: shape (2,), different for each seed, iteration and stream.

    Streams number the independent draws of one step; up to 1024 of them.
    """
    return tf.stack([tf.constant(seed, tf.int32), 1024 * tf.cast(iteration, tf.int32) + stream])


def epoch_batches(seed: int, size: int, batch: int) -> Callable[[int, int], np.ndarray]:
    """Batches of row numbers without replacement within an epoch; the ragged end of an epoch is left out.

    Returns a pure function (first step, count) -> int32 array of shape (count, batch), so any step can be resumed at.
    Raises ValueError when a batch is larger than the data.
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
    """`count` steps as one call: block(first, batches) -> named arrays of shape (count,).

    With `loop_in_graph` the loop itself is compiled: no Python between steps. Convolutions are slow inside a loop that
    XLA compiles for the CPU; for them compile up to `unrolled` steps and loop outside.
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
    """`count` steps in calls of up to `unrolled` each: to enter a compiled call, with all variables, costs time."""
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


def train_in_blocks(
    step: Step,
    *,
    steps: int,
    block: int,
    variables: Sequence[Any],
    label: str,
    batches: Callable[[int, int], np.ndarray] | None = None,
    after_block: Callable[[int], Mapping[str, Any]] | None = None,
    pictures: live.Pictures | None = None,
    group: str = "",
    every: int | None = None,
    checkpoint: Checkpoint | None = None,
    loop_in_graph: bool = True,
) -> dict[str, np.ndarray]:
    """Run `steps` steps in blocks of `block`; returns a history with one row for each block.

    The history holds "step", the mean of each scalar that the step returns, and, stacked, whatever
    `after_block(steps done)` returns (a validation loss, samples of a fixed latent code). `variables` is all state:
    weights and optimiser. The last block may be shorter. The first scalar of the step is the loss that the progress
    shows.

    With `every`, "step" and the scalars have a row for each `every` steps instead, so that a block can be longer than
    the interval at which a loss is drawn; what `after_block` returns keeps its one row for each block.

    An open live view shows the scalars, and what `pictures` makes of the block's `after_block`, under names that
    begin with `group`.

    Raises ReportError when a scalar stops being finite, with the block; the last good checkpoint is kept.
    """
    done, rows = checkpoint.restore(variables) if checkpoint else (0, {})
    compiled: dict[int, Callable[..., Any]] = {}
    unrolled = UNROLLED if steps >= LONG else 1
    with Progress(label, steps, start=done) as progress:
        while done < steps:
            count = min(block, steps - done)
            if count not in compiled:
                compiled[count] = compile_block(
                    step, count, with_batches=batches is not None, loop_in_graph=loop_in_graph, unrolled=unrolled
                )
            numbers = batches(done, count) if batches else np.zeros((count, 0), np.int32)
            scalars = compiled[count](tf.constant(done), tf.constant(numbers))
            row = {name: np.asarray(values) for name, values in scalars.items()}
            _refuse_divergence(row, done, label, checkpoint)
            means = _mean_rows(row, done, count, every or count)
            done += count
            extra = after_block(done) if after_block else {}
            for name, values in (means | {name: [value] for name, value in extra.items()}).items():
                rows.setdefault(name, []).extend(np.asarray(value) for value in values)
            if checkpoint:
                checkpoint.save(done, variables, rows)
            _show(row, done, extra, pictures, group)
            progress.update(done, means[next(iter(row))][-1])
    return {name: np.stack(values) for name, values in rows.items()}


def _mean_rows(row: Mapping[str, np.ndarray], first: int, count: int, every: int) -> dict[str, list[Any]]:
    """The scalars of a block as rows: the steps at which they end, and means over `every` steps."""
    starts = range(0, count, every)
    steps = [first + min(start + every, count) for start in starts]
    means = {
        name: [values[start : start + every].mean(dtype=np.float64) for start in starts] for name, values in row.items()
    }
    return {"step": steps, **means}


def _show(
    row: Mapping[str, np.ndarray], done: int, extra: Mapping[str, Any], pictures: live.Pictures | None, group: str
) -> None:
    """Hand a block, whose last step is `done`, to the live view if there is one."""
    view = live.view()
    if view is None:
        return

    def named(values: Mapping[str, Any]) -> dict[str, Any]:
        return {f"{group}/{name}" if group else name: value for name, value in values.items()}

    count = len(next(iter(row.values())))
    view.curves(np.arange(done - count + 1, done + 1), named(row))
    measured = {name: np.atleast_1d(value) for name, value in extra.items() if np.ndim(value) == 0}
    if measured:
        view.curves(np.array([done]), named(measured))
    if pictures:
        view.pictures(done, lambda: named(pictures(extra)))


def _refuse_divergence(row: Mapping[str, np.ndarray], first: int, label: str, checkpoint: Checkpoint | None) -> None:
    for name, values in row.items():
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            kept = f"the last good checkpoint is {checkpoint.path}" if checkpoint and checkpoint.path.exists() else ""
            raise ReportError(
                label,
                f"{name} became {values[bad[0]]} at iteration {first + int(bad[0]) + 1}; the training stops",
                kept,
            )
