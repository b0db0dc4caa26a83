"""Progress of a training or long evaluation: a bar with the remaining time on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType

from tqdm import tqdm

from texloom.training.block import Block


class Progress:
    """An observer that shows the progress through `total` steps, or other units named by `unit`.

    On a terminal it shows a progress bar. Elsewhere (a log, CI), and if TQDM_DISABLE is set because several trainings
    share the terminal, it prints a line at most every `interval` seconds and one at the end.
    """

    def __init__(
        self,
        label: str,
        total: int,
        *,
        start: int = 0,
        unit: str = "steps",
        interval: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label, self._total, self._interval, self._clock = label, total, interval, clock
        self._first, self._started, self._last_line = start, clock(), clock()
        self._bar = None
        if sys.stderr.isatty() and not os.environ.get("TQDM_DISABLE"):
            layout = (
                f"{{desc}} {{percentage:3.0f}}% {{bar}} {{n_fmt}}/{{total_fmt}} {unit}, {{remaining}} left{{postfix}}"
            )
            self._bar = tqdm(desc=label, total=total, initial=start, bar_format=layout, dynamic_ncols=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, block: Block) -> None:
        """Show the progress after a block, with its loss."""
        self.update(block.done, block.loss)

    def update(self, done: int, loss: float | None = None) -> None:
        """Show that `done` of `total` are finished; `loss` is the latest loss of a training."""
        said = "" if loss is None else f"loss {loss:.4g}"
        if self._bar is not None:
            self._bar.set_postfix_str(said, refresh=False)
            self._bar.update(done - self._bar.n)
            return
        now = self._clock()
        if done < self._total and now - self._last_line < self._interval:
            return
        self._last_line = now
        elapsed = now - self._started
        if done < self._total:
            left = elapsed / max(done - self._first, 1) * (self._total - done)
            tail = f"{_duration(left)} left"
        else:
            tail = f"done in {_duration(elapsed)}"
        parts = (f"{self._label}: {100 * done // self._total} %", said, tail)
        print(", ".join(filter(None, parts)), file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
