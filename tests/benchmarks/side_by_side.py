"""Two implementations timed in turn, round by round, so that whatever else the machine does falls on both."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any


def time_in_turn(
    benchmark: Any, work: str, ours: Callable[[], object], peer: Callable[[], object], *, units: int, rounds: int = 9
) -> None:
    """Run both `rounds` times after one warm-up, print medians for one of `units` in milliseconds and the ratios.

    The ratio of each pair of neighbouring rounds is taken; its median, lowest and highest are printed and stored.
    """
    seconds: dict[str, list[float]] = {"ours": [], "peer": []}

    def one_round() -> None:
        for name, run in (("ours", ours), ("peer", peer)):
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)

    benchmark.group = work
    benchmark.pedantic(one_round, rounds=rounds, warmup_rounds=1)
    mine, theirs = seconds["ours"][1:], seconds["peer"][1:]  # the first round warms up
    ratios = sorted(b / a for a, b in zip(mine, theirs, strict=True))
    benchmark.extra_info |= {"ratio": median(ratios), "lowest": ratios[0], "highest": ratios[-1]}
    print(
        f"\n{work}: ours {1e3 * median(mine) / units:.3g} ms, peer {1e3 * median(theirs) / units:.3g} ms, "
        f"{median(ratios):.2f} times as fast ({ratios[0]:.2f} to {ratios[-1]:.2f} over {rounds} rounds in turn)"
    )
