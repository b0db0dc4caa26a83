"""Implementations timed in turn, round by round, so that other load on the machine affects all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

PEER = "PyTorch, eager"


def time_in_turn(
    benchmark: Any,
    work: str,
    ours: Callable[[], object],
    peer: Callable[[], object] | Mapping[str, Callable[[], object]],
    *,
    units: int,
    rounds: int = 9,
    at_least: float | Mapping[str, float] | None = None,
    operations: float | None = None,
) -> None:
    """Run our code and each peer `rounds` times in turn after one warm-up; store and print a row for each peer.

    peer: one function, named PEER, or several by name. units: number of units of work per call; times are stored per
    unit. For the ratio of neighbouring calls the median, lowest and highest value are stored. at_least: the ratio that
    the project promises, for each peer by name or for all. operations: floating-point operations in one unit of our
    code.
    """
    peers = peer if isinstance(peer, Mapping) else {PEER: peer}
    promised = at_least if isinstance(at_least, Mapping) else dict.fromkeys(peers, at_least)
    everyone = {"": ours} | dict(peers)
    seconds: dict[str, list[float]] = {name: [] for name in everyone}

    def one_round() -> None:
        for name, run in everyone.items():
            started = time.perf_counter()
            run()
            seconds[name].append((time.perf_counter() - started) / units)

    benchmark.group = work
    benchmark.pedantic(one_round, rounds=rounds, warmup_rounds=1)
    mine, *_ = (values[1:] for values in seconds.values())  # the first round is the warm-up
    rows = []
    for name in peers:
        theirs = seconds[name][1:]
        ratios = sorted(b / a for a, b in zip(mine, theirs, strict=True))
        rows.append(
            {
                "work": work,
                "peer": name,
                "ours_seconds": median(mine),
                "peer_seconds": median(theirs),
                "ratio": median(ratios),
                "lowest": ratios[0],
                "highest": ratios[-1],
                "rounds": rounds,
                "at_least": promised.get(name),
                "operations": operations,
            }
        )
        row = rows[-1]
        print(
            f"\n{work}: ours {1e3 * row['ours_seconds']:.3g} ms, {name} {1e3 * row['peer_seconds']:.3g} ms, "
            f"{row['ratio']:.2f} times as fast ({ratios[0]:.2f} to {ratios[-1]:.2f} over {rounds} rounds in turn)"
        )
    benchmark.extra_info["rows"] = rows
