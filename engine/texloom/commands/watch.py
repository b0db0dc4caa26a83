"""Rebuild the PDF after each edit, without ever starting a training.

A change of text needs no plan: this process, which has all modules imported already, renders and compiles at once. Any
other change is planned as in `make why`, and built if the plan contains no training.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from texloom import manifest as manifests
from texloom.commands.building.build import build, refresh_text
from texloom.commands.building.why import plan
from texloom.errors import ReportError
from texloom.staleness.closure import import_graph
from texloom.staleness.stamps import changes, edited, only_text
from texloom.staleness.watched import sources

KEPT = "  the last good PDF is kept"


def refresh_all(profile_name: str) -> bool:
    """Build everything that is out of date, unless this needs a training or a fetch, which is only reported.

    Returns whether the results are up to date.
    """
    jobs = plan(profile_name)
    waiting = [job for job in jobs if job.makes_a_run or job.fetches]
    if waiting:
        print("the PDF is not rebuilt; run make, which would first do this:", *waiting, sep="\n  ", flush=True)
    elif jobs:
        build("report", profile_name)
    return not waiting


def refresh(changed: list[Path], profile_name: str, *, in_step: bool) -> bool:
    """Bring the PDF up to date and print what happened; return whether its results are up to date.

    in_step: whether they were before this change; if not, rendering alone is not enough.
    """
    before = sources()
    if changed:
        print(f"{', '.join(map(str, changed[:3]))}{' …' if len(changed) > 3 else ''} changed", flush=True)
    if any(path.suffix == ".py" for path in changed):
        import_graph.cache_clear()  # or else this process would keep using the old imports
    quick = in_step and only_text(changed, profile_name)
    try:
        if not quick:
            return refresh_all(profile_name)
        refresh_text("report", profile_name, manifests.load(), before)
    except ReportError as error:
        print(f"{error}\n{KEPT}", file=sys.stderr, flush=True)
    except SystemExit:  # a stage has printed its error
        print(KEPT, file=sys.stderr, flush=True)
    # if only rendering failed, the results are still up to date: the author fixes the error by editing the text
    return quick


def watch(profile_name: str, *, interval: float = 0.15, wait: Callable[[float], None] = time.sleep) -> None:
    """Watch for edits until interrupted. Raises ReportError for an invalid manifest at the start."""
    manifests.load().profile(profile_name)
    before = edited(profile_name)
    in_step = refresh([], profile_name, in_step=False)
    print("watching theory/, templates/, experiments/ and report.toml; stop with Ctrl-C", flush=True)
    while True:
        wait(interval)
        now = edited(profile_name)
        if changed := changes(before, now):
            in_step = refresh(changed, profile_name, in_step=in_step)
            before = {name: now.get(name, found) for name, found in edited(profile_name).items()}
