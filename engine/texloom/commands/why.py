"""What a build would do, and which input changed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from texloom import manifest as manifests
from texloom.commands import workflow
from texloom.commands.damage import remove_damaged
from texloom.errors import ReportError
from texloom.machine.lock import build_lock
from texloom.staleness.jobs import Job


def plan(profile_name: str) -> list[Job]:
    """The jobs that `make all` would do. Exits with 2, after the reason, when there is no plan.

    Raises ReportError for a bad manifest or profile.
    """
    profile = manifests.load().profile(profile_name)
    with suppress(ReportError), build_lock():  # while a build runs, what looks unfinished is its own
        remove_damaged(profile.build)
    planned = subprocess.run(workflow.command("report", profile_name, plan=True), capture_output=True, text=True)
    if planned.returncode:
        sys.stderr.write(planned.stderr)
        sys.exit(2)
    return [Job.from_json(job) for job in json.loads(planned.stdout)]


def why(profile_name: str) -> None:
    """Print what `make all` would do, a line for each job, and which input changed."""
    jobs = plan(profile_name)
    print("\n".join(map(str, jobs)) if jobs else "nothing to do: everything is up to date")


def print_what_stops(command: Sequence[str]) -> None:
    """Print why a command of the workflow fails before it starts anything; nothing where it would start."""
    planned = subprocess.run([*command, workflow.PLAN], capture_output=True, text=True)
    if planned.returncode:
        sys.stderr.write(planned.stderr)
