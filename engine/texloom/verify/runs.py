"""Compare the evidence in a PDF with runs of this checkout, either existing or new."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from texloom.errors import ReportError
from texloom.evidence.schema import Claim, Evidence, Metric, same
from texloom.manifest import experiment_names, stage_of
from texloom.results.places import BuildFolder
from texloom.results.quantity import RELATIONS, Quantity
from texloom.results.runs import Run
from texloom.results.sealed import read_sealed
from texloom.verify.evaluate import NONSENSE, evaluate, mean, metrics_of
from texloom.verify.rows import Answer, Row

STAGE_COMMANDS = {"train": "train", "analysis": "analyse"}
"""The command of each stage that makes runs."""


@dataclass
class Here:
    """The metrics of those runs in a build folder that are also in the evidence."""

    metrics: dict[str, Quantity] = field(default_factory=dict)
    errors: dict[str, float] | None = None
    """The errors of the checks of equations, by their labels; None if there are no results of checks."""
    identical: int = 0
    """Number of runs with the same identity, which means the same code, settings, data and libraries."""
    missing: list[str] = field(default_factory=list)


def load(evidence: Evidence, build: BuildFolder) -> Here:
    """Load the runs of the experiments and seeds that the evidence has."""
    here = Here(errors=_errors(build.checks))
    for name, experiment in evidence.experiments.items():
        if name not in experiment_names():
            here.missing.append(f"experiment {name}: it is not in this report")
            continue
        found = {run.seed: Run(build.run(name, run.seed), (name, run.seed)) for run in experiment.runs}
        if absent := [str(seed) for seed, run in found.items() if not run.is_there]:
            here.missing.append(f"runs of {name}, seed {', '.join(absent)}: they are not in {build.all_runs}")
            continue
        try:
            here.identical += sum(run.identity == found[run.seed].record["identity"] for run in experiment.runs)
            stored = [run.metrics for run in found.values()]
        except ReportError as error:
            here.missing.append(f"runs of {name}: {error.where} {error.what}")
            continue
        for metric, entry in stored[0].items():
            if all(metric in each for each in stored):
                values = tuple(each[metric]["value"] for each in stored)
                error = entry.get("error") if len(values) == 1 else None
                quantity = Quantity(metric, values, entry["unit"], entry["meaning"], error)
                here.metrics[f"{name}.{metric}"] = quantity
    return here


def of_evidence(evidence: Evidence, other: Evidence) -> Here:
    """The runs of another PDF."""
    known = {run.identity for each in other.experiments.values() for run in each.runs}
    identical = sum(run.identity in known for each in evidence.experiments.values() for run in each.runs)
    return Here(dict(metrics_of(other)), {check.label: check.error for check in other.checks}, identical)


def compare(evidence: Evidence, here: Here, others: str) -> Answer:
    """Compare metrics, claims and checks of the evidence with those here; others: how the note refers to these runs."""
    answer = Answer(unchecked=list(here.missing))
    if here.metrics:
        _metrics(evidence, here, answer, others)
        _claims(evidence.claims, here, answer)
    _checks(evidence, here, answer)
    return answer


def _metrics(evidence: Evidence, here: Here, answer: Answer, others: str) -> None:
    row, identical, within = Row("metrics agree with the runs here"), 0, 0
    for name, metric in _stated(evidence):
        if name not in here.metrics:
            answer.unchecked.append(f"metric {name}: the runs here do not have it")
            continue
        found = here.metrics[name]
        stated = Quantity(found.name, metric.values, metric.unit, error=metric.error)
        exact = len(stated.values) == len(found.values) and all(map(same, stated.values, found.values))
        close = not exact and is_within(stated, found)
        identical, within = identical + exact, within + close
        row.check(exact or close, f"{name} is {_shown(found)} here, {_shown(stated)} in the PDF")
    answer.rows.append(row)
    runs = sum(len(each.runs) for each in evidence.experiments.values())
    answer.notes.append(
        f"of the metrics {identical} are identical to the bit, {within} within the deviation over seeds, "
        f"{len(row.differences)} different from {others}; {here.identical} of {runs} runs have the "
        "same identity"
    )


def _stated(evidence: Evidence) -> Iterator[tuple[str, Metric]]:
    for experiment, each in evidence.experiments.items():
        yield from ((f"{experiment}.{name}", metric) for name, metric in each.metrics.items())


def is_within(one: Quantity, other: Quantity) -> bool:
    """Whether the means differ by at most the larger uncertainty: deviation over seeds, or error of a single value."""
    return abs(one.mean - other.mean) <= max(_uncertainty(one) or 0.0, _uncertainty(other) or 0.0)


def _uncertainty(value: Quantity) -> float | None:
    """The uncertainty of a quantity; none if one of its values is not finite."""
    return value.uncertainty if all(map(math.isfinite, value.values)) else None


def _shown(value: Quantity) -> str:
    spread = "" if (found := _uncertainty(value)) is None else f" ± {found:.2g}"
    return f"{value.mean:.6g}{spread}"


def _claims(claims: Iterable[Claim], here: Here, answer: Answer) -> None:
    row = Row("claims hold with the runs here")
    for claim in claims:
        try:
            sides = [
                (mean(evaluate(each.left, here.metrics)), each.relation, mean(evaluate(each.right, here.metrics)))
                for each in claim.comparisons
            ]
        except NONSENSE as error:
            answer.unchecked.append(f"claim '{claim.sentence}' with the runs here: no {error}")
            continue
        holds = all(RELATIONS[relation](left, right) for left, relation, right in sides)
        said = " and ".join(f"{left:.6g} {relation} {right:.6g}" for left, relation, right in sides)
        row.check(holds or not claim.holds, f"'{claim.sentence}' ({claim.place}): here it needs {said}")
    answer.rows.append(row)


def _errors(checks: Path) -> dict[str, float] | None:
    try:
        return {each["label"]: each["error"] for each in read_sealed(checks)["checks"]}
    except (OSError, KeyError, TypeError, ReportError):
        return None


def _checks(evidence: Evidence, here: Here, answer: Answer) -> None:
    if here.errors is None:
        answer.unchecked.append("checks of equations with the code here: their results are missing or damaged")
        return
    row = Row("checked equations pass here")
    for each in evidence.checks:
        if each.label not in here.errors:
            answer.unchecked.append(f"check of {each.label}: it is not in this report")
            continue
        error = here.errors[each.label]
        row.check(0 <= error <= each.tolerance, f"{each.label}: error {error:.3g} here, tolerance {each.tolerance:.3g}")
    answer.rows.append(row)


def train(evidence: Evidence, build: BuildFolder, options: list[str]) -> None:
    """Repeat the checks and all runs of the evidence, with the code here, in a separate folder.

    Raises ReportError if one of them fails.
    """
    own = experiment_names()
    _stage("texloom", "check", "--out", str(build.checks))
    for name, experiment in evidence.experiments.items():
        for run in experiment.runs if name in own else ():
            command = [STAGE_COMMANDS[stage_of(name)], name, "--seed", str(run.seed), *options]
            _stage("experiments", *command, "--build", str(build.folder))


def _stage(module: str, *arguments: str) -> None:
    if subprocess.run([sys.executable, "-m", module, *arguments]).returncode:
        raise ReportError("verify", f"{' '.join((module, *arguments))} failed", "its message is above")
