"""Verify a report's PDF: by itself, against the runs in this checkout, and against a rebuild from its sources."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from pathlib import Path

from texloom import manifest
from texloom.errors import ReportError
from texloom.evidence.schema import SOURCES, Evidence
from texloom.manifest import MANIFEST
from texloom.results.places import BuildFolder
from texloom.verify import plain, rebuild, runs
from texloom.verify.read import Reading, read
from texloom.verify.rows import Answer


def verify(
    pdf: Path, profile: str, *, train: bool = False, sources: bool = False, ask: Callable[[str], str] = input
) -> Answer:
    """Check a PDF by itself, then against the runs here. Nothing in the PDF is executed unless `sources` is set.

    train: repeat the runs, with the code here. sources: rebuild the report from the sources in the PDF, after asking.
    Raises ReportError if the PDF is not a texloom report or is damaged, or if the runs or the report cannot be made.
    """
    reading, evidence = _read(pdf)
    answer = plain.check(reading, evidence)
    if sources:
        answer.add(_against_rebuilt(reading, evidence, profile, ask))
    if train:
        answer.add(_against_new_runs(evidence, profile))
    if train or sources:
        return answer
    if MANIFEST.exists():
        build = manifest.load().profile(profile).build
        answer.add(runs.compare(evidence, runs.load(evidence, build), f"those in {build.folder}"))
    else:
        answer.unchecked.append("metrics, claims and checks against runs: this folder is no report")
    answer.unchecked.append("that the code gives these results: TRAIN=1 makes the runs anew")
    return answer


def _read(pdf: Path) -> tuple[Reading, Evidence]:
    reading = read(pdf)
    try:
        return reading, plain.evidence_of(reading)
    except ReportError as error:
        raise ReportError(f"{pdf}: {error.where}" if error.where else pdf, error.what, error.way_out) from None


def _against_new_runs(evidence: Evidence, profile: str) -> Answer:
    options = manifest.load().profile(profile).options
    with tempfile.TemporaryDirectory(prefix="texloom-verify-") as folder:
        build = BuildFolder(Path(folder))
        runs.train(evidence, build, options)
        return runs.compare(evidence, runs.load(evidence, build), "the new ones")


def _against_rebuilt(reading: Reading, evidence: Evidence, profile: str, ask: Callable[[str], str]) -> Answer:
    if reading.sources is None:
        way_out = 'its author can attach them with attach = "all"; TRAIN=1 needs none'
        raise ReportError("verify", f"the PDF has no {SOURCES} to rebuild it from", way_out)
    if reading.faults:
        raise ReportError(SOURCES, f"is not unpacked: {reading.faults[0]}")
    with tempfile.TemporaryDirectory(prefix="texloom-verify-", ignore_cleanup_errors=True) as folder:
        content = base64.b64decode(reading.sources)
        pdf = rebuild.rebuild(content, evidence.title, Path(folder).resolve(), profile, ask)
        _, rebuilt = _read(pdf)
    answer = runs.compare(evidence, runs.of_evidence(evidence, rebuilt), f"those of the report rebuilt from {SOURCES}")
    answer.notes.append(rebuild.agreement(evidence, rebuilt))
    return answer


def conclusion(pdf: Path, answer: Answer) -> str:
    """The last line of the answer."""
    if answer.agrees:
        return f"{pdf} agrees: {answer.checked} checks"
    return f"{pdf} DIFFERS in {sum(len(row.differences) for row in answer.rows)} of {answer.checked} checks"
