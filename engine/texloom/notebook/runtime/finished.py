"""The finished runs of the project around a notebook, if they are up to date."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from texloom import manifest
from texloom.manifest import Profile
from texloom.results.runs import Run, Runs
from texloom.staleness.jobs import changed
from texloom.staleness.judge import judge, made_by_hand
from texloom.staleness.keys import run_key


def finished_runs(experiment: str, seeds: Sequence[int], config: dict[str, Any]) -> Runs | str:
    """The runs of all seeds with this configuration, from the first build that has them; else the reason, as text."""
    reason = "there is no build"
    for profile in manifest.load().profiles.values():
        runs = Runs.load(Path(profile.folder), experiment, seeds)
        reasons = [reason for run in runs if (reason := why_not(run, config, profile))]
        if not reasons:
            return runs
        reason = reasons[0]
    return reason


def why_not(run: Run, config: dict[str, Any], profile: Profile) -> str:
    """Why a run is not the one that its profile would make with `config`; empty if it is."""
    if not run.is_there:
        return f"there is no run in {run.folder}"
    if run.config != config:
        return f"{run.folder} was made with other values"
    if options := made_by_hand(run.record):
        return f"{run.folder} was made by hand with {options}"
    stale = judge(run.record, run_key(run.record["experiment"], profile.options))
    return f"{run.folder} is out of date: {changed(stale)} since it was made" if stale else ""
