"""Recompute the metrics of a build: `.venv/bin/python -m tests.recomputed build [data]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.recomputed.all import recompute_build

if __name__ == "__main__":
    build, data = (Path(given) for given in [*sys.argv[1:], "build", "data"][:2])
    wrong = []
    for run, covered, failures in recompute_build(build, data):
        print(f"{run.folder}: {len(covered)} of {len(run.metrics)} metrics recomputed, {len(failures)} differ")
        print(f"  not covered: {', '.join(sorted(set(run.metrics) - set(covered)))}")
        wrong += [f"{run.folder.parent.name}, seed {run.seed}: {failure}" for failure in failures]
    print(*wrong, sep="\n")
    sys.exit(bool(wrong))
