"""The costs of a build and of each training, stored beside the document, which does not depend on them."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

from texloom.manifest import Manifest, Profile
from texloom.results.places import RUN_RECORD, BuildFolder, partial_of
from texloom.results.runs import Run, Runs
from texloom.results.sealed import write_sealed
from texloom.staleness.identity import COSTS, git_state

COPIED = ("experiment", "seed", *COSTS)
"""The entries that are copied from the record of a run."""


def runs_of(profile: Profile, manifest: Manifest) -> list[Run]:
    """The report's runs, including missing ones; manifest: limited to the seeds of the profile."""
    parts = manifest.experiments.items()
    return [run for name, part in parts for run in Runs.load(profile.build.folder, name, part.seeds)]


def remember_duration(build: BuildFolder, runs: Sequence[Run], began: float) -> None:
    """Store the duration of this build if it trained everything. began: seconds since the epoch."""
    if all((run.folder / RUN_RECORD).stat().st_mtime >= began for run in runs):
        record = {"seconds": round(time.time() - began, 1), "trainings": len(runs), "commit": git_state()[0]}
        write_sealed(build.whole, record)


def text_of(runs: Sequence[Run]) -> bytes:
    """The costs of each training, as JSON text."""
    costs = [{name: run.record[name] for name in COPIED} for run in runs]
    return f"{json.dumps(costs, indent=1, ensure_ascii=False)}\n".encode()


def write_costs(build: BuildFolder, runs: Sequence[Run]) -> None:
    """Write the costs of each training beside the document."""
    partial = partial_of(build.costs)
    partial.write_bytes(text_of(runs))
    partial.replace(build.costs)
