"""The runs that a document is made from: current ones alone, and what its appendix says of them."""

from __future__ import annotations

from typing import Any

from texloom.document.tex.latex import TeX
from texloom.errors import ReportError
from texloom.manifest import Part, Profile
from texloom.results.places import RUN_RECORD
from texloom.results.runs import Runs
from texloom.staleness.jobs import changed
from texloom.staleness.judge import judge, refuse_made_by_hand
from texloom.staleness.keys import run_key
from texloom.staleness.reads import unrecorded


def load_runs(part: Part, profile: Profile) -> Runs:
    """The runs of a part.

    Raises ReportError when one is out of date, or was made by hand with options that the profile does not have.
    """
    assert part.experiment is not None
    runs = Runs.load(profile.build.folder, part.experiment, part.seeds)
    with unrecorded():  # what is compared here is no input of the document
        now = run_key(part.experiment, profile.options)
        for run in runs:
            refuse_made_by_hand(run.folder / RUN_RECORD, run.record)
            if found := judge(run.record, now):
                raise ReportError(
                    run.folder, f"is out of date: {changed(found)} since it was made", "make all makes it again"
                )
    return runs


def facts(runs: Runs) -> list[tuple[str, TeX | str]]:
    """What the provenance appendix says of an experiment."""
    record = runs[0].record
    commits = sorted(
        {run.record["commit"][:12] + (" with uncommitted changes" if run.record["dirty"] else "") for run in runs}
    )
    versions = record["versions"]
    settings = ", ".join(f"{name} = {_plain(value)}" for name, value in record["config"].items())
    return [
        ("Commit", ", ".join(commits)),
        ("Code", f"{len(record['code'])} files, identity {record['identity'][:16]}"),
        ("Settings", settings),
        ("Libraries", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("Kind of machine", "; ".join(sorted({run.record.get("kind", "not recorded") for run in runs}))),
    ]


def _plain(value: Any) -> str:
    return " × ".join(map(str, value)) if isinstance(value, list) else str(value)
