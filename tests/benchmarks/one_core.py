"""A separate process that computes on as many cores as a training of the report.

TensorFlow sets its number of threads once per process, and the other benchmarks use all cores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from texloom.training.startup import import_quietly

_prepared: dict[str, Callable[[], object]] = {}
"""The function that each call runs; used only in the other process."""


def _start(prepare: Callable[..., Callable[[], object]], *arguments: Any) -> None:
    import_quietly()
    _prepared["work"] = prepare(*arguments)


def _run() -> object:
    return _prepared["work"]()


@contextmanager
def as_in_a_training(prepare: Callable[..., Callable[[], object]], *arguments: Any) -> Iterator[Callable[[], object]]:
    """A function that runs, in that process, the function that `prepare(*arguments)` returned there.

    The overhead is below a millisecond.

    prepare: a function at the top level of a module; its arguments and return values are pickled.
    """
    with ProcessPoolExecutor(1, get_context("spawn"), _start, (prepare, *arguments)) as process:
        yield lambda: process.submit(_run).result()
