"""Edit and look: the PDF made anew after each change, training never started unasked.

A change of text alone needs no plan: this process, which has everything imported, renders and compiles at once. Any
other change is planned as `make why` does, and built when no training is in the plan.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from weave import manifest as manifests
from weave.build import build, build_lock, made, plan, publish
from weave.document import make_document
from weave.errors import ReportError

WATCHED = ("report.toml", "theory/*", "templates/**/*", "experiments/**/*.py")
TEXT = {".tex", ".bib", ".j2"}
UNASKED = ("train ", "data ")
"""Jobs that only `make` starts."""

Stamps = dict[Path, int]


def stamps() -> Stamps:
    """The files that an author edits, with the times of their last change."""
    found = {path for pattern in WATCHED for path in Path().glob(pattern) if path.is_file()}
    return {path: path.stat().st_mtime_ns for path in found if "__pycache__" not in path.parts}


def changes(before: Stamps, now: Stamps) -> list[Path]:
    """Files that are new, gone or changed."""
    return sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))


def only_text(changed: Iterable[Path]) -> bool:
    """Whether rendering and compiling is all that a change asks for."""
    return all(path.suffix in TEXT for path in changed)


def refresh_text(profile_name: str) -> None:
    """The PDF of an edited text, from results that are all there. Raises ReportError as `make` would."""
    started = time.perf_counter()
    manifest = manifests.load()
    profile = manifest.profile(profile_name)
    with build_lock():
        try:
            make_document(manifest, profile)
        except ReportError:
            made(profile).unlink(missing_ok=True)  # else a later `make` would take what LaTeX left for finished
            raise
    publish("report", profile, started)


def refresh_all(profile_name: str) -> bool:
    """Whatever has changed, unless it needs a training: then say so and leave it. Returns whether all is up to date."""
    jobs = plan(profile_name)
    waiting = [job for job in jobs if job.startswith(UNASKED)]
    if waiting:
        print("the PDF is left as it is; make would do this first:\n  " + "\n  ".join(waiting), flush=True)
    elif jobs:
        build("report", profile_name)
    return not waiting


def refresh(changed: list[Path], profile_name: str, *, in_step: bool) -> bool:
    """Bring the PDF up to date and tell what happened; returns whether its results are.

    in_step: whether they were before this change; if not, rendering alone is not enough.
    """
    if changed:
        print(f"{', '.join(map(str, changed[:3]))}{' …' if len(changed) > 3 else ''} changed", flush=True)
    quick = in_step and only_text(changed)
    try:
        if not quick:
            return refresh_all(profile_name)
        refresh_text(profile_name)
    except ReportError as error:
        print(f"{error}\n  the last good PDF is kept", file=sys.stderr, flush=True)
    except SystemExit:  # a stage has told what is wrong
        return False
    return quick  # a mistake in the text is mended in the text


def watch(profile_name: str, *, interval: float = 0.15, wait: Callable[[float], None] = time.sleep) -> None:
    """Look for edits until interrupted. Raises ReportError for a bad manifest at the start."""
    manifests.load().profile(profile_name)
    before = stamps()
    in_step = refresh([], profile_name, in_step=False)
    print("watching theory/, templates/, experiments/ and report.toml; Ctrl-C ends", flush=True)
    while True:
        wait(interval)
        now = stamps()
        if changed := changes(before, now):
            before = now
            in_step = refresh(changed, profile_name, in_step=in_step)
