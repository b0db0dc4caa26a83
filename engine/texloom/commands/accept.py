"""Accept finished runs as up to date in spite of a change that does not matter; the provenance reports it."""

from __future__ import annotations

from pathlib import Path

from texloom import manifest as manifests
from texloom.data.digests import Digests
from texloom.errors import ReportError, closest
from texloom.machine.lock import build_lock
from texloom.manifest import Manifest, Profile
from texloom.results.places import RUN_RECORD
from texloom.results.runs import Runs
from texloom.results.sealed import write_sealed
from texloom.staleness.identity import identity_of
from texloom.staleness.judge import judge, refuse_made_by_hand
from texloom.staleness.keys import run_key
from texloom.staleness.made_from import MadeFrom, with_current_inputs


def accept(experiment: str, reason: str, profile_name: str) -> None:
    """Accept the runs of an experiment as if they had been made from the current inputs.

    Raises ReportError for an unknown experiment, a missing reason, a run that is missing, damaged or made with other
    options, and if there is nothing to accept.
    """
    manifest = manifests.load()
    profile = manifest.profile(profile_name)
    known = manifest.limited(profile).experiments
    example = 'make accept EXPERIMENT=name REASON="a variable was renamed"'
    if experiment not in known:
        what = f"report.toml has no experiment '{experiment}'" if experiment else "no experiment is named"
        raise ReportError("EXPERIMENT", what, closest(experiment, known) if experiment else example)
    if not reason.strip():
        raise ReportError("REASON", "no reason is given; the provenance prints it", example)
    with build_lock():
        accepted = accept_runs(manifest, profile, experiment, " ".join(reason.split()))
    print(f"{experiment}: accepted until its next run: {', '.join(accepted)}")


def accept_runs(manifest: Manifest, profile: Profile, experiment: str, reason: str) -> list[str]:
    """Rewrite the records of an experiment's runs; return what has changed since they were made."""
    part = manifest.limited(profile).experiments[experiment]
    runs, now, digests = (
        Runs.load(profile.build.folder, experiment, part.seeds),
        run_key(experiment, profile.options),
        Digests(),
    )
    found = {}
    for run in runs:
        refuse_made_by_hand(run.folder / RUN_RECORD, run.record)
        for name in run.record["files"]:
            run.file(name)
        made = MadeFrom.of_record(run.record)
        if made is None or made.parameters != now.parameters:
            what = "was made with other values, which cannot be accepted"
            raise ReportError(run.folder, what, "the next build runs it again")
        found[run.folder] = judge(run.record, now, digests)
    changed = list(dict.fromkeys(part for parts in found.values() for part in parts))
    if not changed:
        raise ReportError(experiment, "there is nothing to accept: its runs are up to date")
    for run in runs:
        if found[run.folder]:
            made = with_current_inputs(MadeFrom.of_record(run.record) or now, now, digests)
            identity = identity_of(now, run.config, run.seed, run.record["cores"])
            accepted = [*run.record.get("accepted", []), {"reason": reason, "changed": found[run.folder]}]
            record = run.record | made.to_json() | {"identity": identity, "accepted": accepted}
            write_sealed(Path(run.folder, RUN_RECORD), record)
    return changed
