"""Report what a build would do, and which inputs changed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from texloom import manifest as manifests
from texloom.commands.building import costs, workflow
from texloom.commands.building.publish import published
from texloom.errors import ReportError
from texloom.machine import processes
from texloom.results.sealed import is_intact, read_sealed
from texloom.staleness import stamps
from texloom.staleness.jobs import Job
from texloom.staleness.keys import products_of


def plan(profile_name: str) -> list[Job]:
    """The jobs that `make all` would run; writes nothing.

    Raises ReportError with the messages of the planning process if it fails.
    """
    known = stamps.changed_since_built("report", profile_name, keep=False)
    if known and not known.changed:  # the same quick check as make
        return []
    planned = subprocess.run(workflow.command("report", profile_name, plan=True), capture_output=True, text=True)
    if killed := processes.ended(planned.returncode):
        raise ReportError("make", f"the process that plans {killed}", "run it again")
    if planned.returncode:
        raise ReportError("", planned.stderr.rstrip())
    return [Job.from_json(job) for job in json.loads(planned.stdout)] or _publications(profile_name)


def _publications(profile_name: str) -> list[Job]:
    """Jobs for published files of a finished report that are missing or were changed."""
    manifest = manifests.load()
    profile = manifest.profile(profile_name)
    wanted = published(profile.build) | {
        profile.build.costs: costs.text_of(costs.runs_of(profile, manifest.limited(profile)))
    }
    return [
        Job("publish", {"file": path.as_posix()}, ("it was changed" if path.exists() else "it is gone",))
        for path, content in wanted.items()
        if not (path.is_file() and path.read_bytes() == content)
    ]


def why(profile_name: str) -> None:
    """Print the jobs of `make all`, each with the changed inputs; then the reads that are not recorded."""
    jobs = plan(profile_name)
    print("\n".join(map(str, jobs)) if jobs else "nothing to do: everything is up to date")
    if places := unseen(profile_name):
        print("the files that these lines read are not recorded; declare them with texloom.results.inputs.reads(path):")
        print(*(f"  {place}" for place in places), sep="\n")


def unseen(profile_name: str) -> list[str]:
    """The author's lines whose reads the stages could not record. Each is listed once, even if several seeds run it."""
    manifest = manifests.load()
    profile = manifest.profile(profile_name)
    records = [path for path in products_of(manifest.limited(profile), profile.build, "report") if is_intact(path)]
    return sorted({place for path in records for place in read_sealed(path).get("reads", {}).get("unseen", ())})


def print_planning_error(command: Sequence[str]) -> bool:
    """Print why a command of the workflow fails in planning; return False, and print nothing, if planning succeeds."""
    planned = subprocess.run([*command, workflow.PLAN], capture_output=True, text=True)
    if planned.returncode:
        sys.stderr.write(planned.stderr)
    return bool(planned.returncode)
