"""Verify a report's PDF: by itself, and against runs of this checkout."""

from __future__ import annotations

import tempfile
from pathlib import Path

from texloom import manifest
from texloom.errors import ReportError
from texloom.evidence.schema import Evidence
from texloom.manifest import MANIFEST
from texloom.results.places import BuildFolder
from texloom.verify import plain, runs
from texloom.verify.read import read
from texloom.verify.rows import Answer


def verify(pdf: Path, profile: str, *, train: bool = False) -> Answer:
    """Check a PDF by itself, then against the runs here. Nothing in the PDF is executed.

    train: make the runs anew, with the code here. Raises ReportError if it is no report of texloom, or is damaged.
    """
    reading = read(pdf)
    try:
        evidence = plain.evidence_of(reading)
    except ReportError as error:
        raise ReportError(f"{pdf}: {error.where}" if error.where else pdf, error.what, error.way_out) from None
    answer = plain.check(reading, evidence)
    if train:
        answer.add(_against_new_runs(evidence, profile))
        return answer
    if MANIFEST.exists():
        build = manifest.load().profile(profile).build
        answer.add(runs.compare(evidence, runs.load(evidence, build), f"those in {build.folder}"))
    else:
        answer.unchecked.append("metrics, claims and checks against runs: this folder is no report")
    answer.unchecked.append("that the code gives these results: TRAIN=1 makes the runs anew")
    return answer


def _against_new_runs(evidence: Evidence, profile: str) -> Answer:
    options = manifest.load().profile(profile).options
    with tempfile.TemporaryDirectory(prefix="texloom-verify-") as folder:
        build = BuildFolder(Path(folder))
        runs.train(evidence, build, options)
        return runs.compare(evidence, runs.load(evidence, build), "the new ones")


def conclusion(pdf: Path, answer: Answer) -> str:
    """The last line of the answer."""
    if answer.agrees:
        return f"{pdf} agrees: {answer.checked} checks"
    return f"{pdf} DIFFERS in {sum(len(row.differences) for row in answer.rows)} of {answer.checked} checks"
