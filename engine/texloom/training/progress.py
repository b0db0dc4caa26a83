"""Progress of a training: a bar with loss and time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType

from tqdm import tqdm

from texloom.training.block import Block


class Progress:
    """An observer that shows how far `total` steps are.

    On a terminal it is one bar that moves. Elsewhere (a log, CI), and where TQDM_DISABLE is set because several
    trainings share the terminal, it is a line at most every `interval` seconds and one at the end.
    """

    def __init__(
        self,
        label: str,
        total: int,
        *,
        start: int = 0,
        interval: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.label, self.total, self.interval, self.clock = label, total, interval, clock
        self.first, self.started, self.last_line = start, clock(), clock()
        self.bar = None
        if sys.stderr.isatty() and not os.environ.get("TQDM_DISABLE"):
            layout = "{desc} {percentage:3.0f}% {bar} {n_fmt}/{total_fmt} steps, {remaining} left{postfix}"
            self.bar = tqdm(desc=label, total=total, initial=start, bar_format=layout, dynamic_ncols=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, block: Block) -> None:
        """Show that a block is done, with its loss."""
        self.update(block.done, block.loss)

    def update(self, done: int, loss: float) -> None:
        """`done` steps of `total` are behind us; `loss` is the latest."""
        if self.bar is not None:
            self.bar.set_postfix_str(f"loss {loss:.4g}", refresh=False)
            self.bar.update(done - self.bar.n)
            return
        now = self.clock()
        if done < self.total and now - self.last_line < self.interval:
            return
        self.last_line = now
        elapsed = now - self.started
        if done < self.total:
            left = elapsed / max(done - self.first, 1) * (self.total - done)
            tail = f"{_duration(left)} left"
        else:
            tail = f"done in {_duration(elapsed)}"
        print(f"{self.label}: {100 * done // self.total} %, loss {loss:.4g}, {tail}", file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
