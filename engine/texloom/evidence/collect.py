"""Collect the evidence of a finished document: metrics, claims, checks, and the values read back from its PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader

from texloom.evidence import schema
from texloom.evidence.readback import Printed, page_digests, printed_values
from texloom.evidence.splices import MARK, Splice
from texloom.results.quantity import Limit, Quantity
from texloom.results.runs import Run, Runs

if TYPE_CHECKING:
    from texloom.document.checks import Result
    from texloom.document.claims import Claim
    from texloom.document.rendering import Rendering
    from texloom.manifest import Manifest, Profile


@dataclass(frozen=True)
class Index:
    """The names of all metrics, looked up by values and error."""

    runs: Mapping[str, Runs]
    named: dict[tuple[tuple[float, ...], float | None], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for experiment, runs in self.runs.items():
            for name in runs[0].metrics:
                metric = runs.metric(name)
                self.named.setdefault((metric.values, metric.error), []).append(f"{experiment}.{name}")

    def expression(self, value: Any, experiment: str) -> schema.Expression:
        """How a value was computed from metrics; experiment: the one whose text contains the value, if any."""
        if isinstance(value, Limit):
            return float(value.value)
        if not isinstance(value, Quantity):
            return int(value) if isinstance(value, int) else float(value)
        if value.operation:
            operands = tuple(self.expression(each, experiment) for each in value.operands)
            return schema.Derived(operation=value.operation, operands=operands)  # type: ignore[arg-type]
        found = self.named.get((value.values, value.error), [])
        for wanted in (f"{experiment}.{value.name}", *(name for name in found if name.endswith(f".{value.name}"))):
            if wanted in found:
                return schema.OfMetric(metric=wanted)
        own = [name for name in found if name.startswith(f"{experiment}.")]
        if found and value.unit == self._unit((own or found)[0]):  # from a table: named by the column's heading
            return schema.OfMetric(metric=(own or found)[0])
        return schema.Given(values=value.values, unit=value.unit, error=value.error)

    def _unit(self, metric: str) -> str:
        experiment, _, name = metric.partition(".")
        return self.runs[experiment].metric(name).unit


def collect(
    manifest: Manifest,
    profile: Profile,
    rendering: Rendering,
    checks: Sequence[Result],
    splices: Sequence[Splice],
    pdf: Path,
    sources: bytes | None,
) -> schema.Evidence:
    """The evidence of a document that LaTeX has written. sources: the archive that will be attached beside it."""
    reader, index = PdfReader(pdf), Index(rendering.runs)
    anonymous = manifest.proof.anonymous
    places = dict(_places(rendering, checks))
    return schema.Evidence(
        title=manifest.report.title,
        date=manifest.report.date.isoformat(),
        draft=profile.smoke or profile.claims == "show",
        anonymous=anonymous,
        experiments={
            name: _experiment(manifest.experiments[name].title, runs, anonymous)
            for name, runs in rendering.runs.items()
        },
        claims=tuple(_claim(claim, index) for claim in rendering.claims),
        checks=tuple(_check(result) for result in checks),
        values=tuple(
            _value(found, splices[found.number - 1], places.get(found.number, ""), index)
            for found in printed_values(reader)
        ),
        pages=tuple(page_digests(reader)),
        sources=None if sources is None else hashlib.sha256(sources).hexdigest(),
    )


def _places(rendering: Rendering, checks: Iterable[Result]) -> Iterator[tuple[int, str]]:
    """The author's file and line of each splice."""
    declared = {f"report@check@{result.label}": result.place for result in checks}
    for name, text in rendering.files.items():
        known = rendering.places.get((rendering.folder / name).as_posix(), [])
        for number, line in enumerate(text.split("\n")):
            place = f"templates/{known[number]}" if number < len(known) and known[number] else name
            if name == "checks.tex":
                place = next((where for label, where in declared.items() if f"csname {label}\\endcsname" in line), name)
            yield from ((int(found), place) for found in MARK.findall(line))


def _experiment(title: str, runs: Runs, anonymous: bool) -> schema.Experiment:
    metrics = {}
    for name in runs[0].metrics:
        found = runs.metric(name)
        metrics[name] = schema.Metric(unit=found.unit, meaning=found.meaning, values=found.values, error=found.error)
    return schema.Experiment(title=title, runs=tuple(_run(run, anonymous) for run in runs), metrics=metrics)


def _run(run: Run, anonymous: bool) -> schema.Run:
    record = run.record
    return schema.Run(
        seed=run.seed,
        identity=record["identity"],
        commit=None if anonymous else record["commit"],
        uncommitted=None if anonymous else record["dirty"],
        kind=record.get("kind", "not recorded"),
        code=_combined(record["code"]),
        data=_combined(record.get("data") or {}),
        libraries=record["versions"],
        accepted=tuple(entry["reason"] for entry in record.get("accepted", ())),
    )


def _combined(digests: Mapping[str, str]) -> str:
    return hashlib.sha256(schema.dumped(digests)).hexdigest()


def _claim(claim: Claim, index: Index) -> schema.Claim:
    comparisons = tuple(
        schema.Comparison(
            left=index.expression(each.left, claim.experiment),
            relation=each.relation,  # type: ignore[arg-type]
            right=index.expression(each.right, claim.experiment),
            found=each.left.mean,
            bound=each.bound,
            holds=each.holds,
        )
        for each in claim.condition.comparisons
    )
    return schema.Claim(
        experiment=claim.experiment,
        place=claim.place,
        sentence=claim.text,
        comparisons=comparisons,
        holds=claim.condition.holds,
    )


def _check(result: Result) -> schema.Check:
    return schema.Check(
        label=result.label,
        how=result.how,
        place=result.place,
        kind=result.kind,
        error=result.error,
        tolerance=result.tolerance,
        standard_error=result.standard_error,
    )


def _value(found: Printed, splice: Splice, place: str, index: Index) -> schema.Value:
    of_check = splice.form == "check_error"
    file = place.rpartition(":")[0]
    experiment = file.removeprefix("templates/sections/").removesuffix(".tex.j2")
    return schema.Value(
        number=found.number,
        place=place,
        page=found.page,
        printed=found.text,
        form=splice.form,  # type: ignore[arg-type]
        options=dict(splice.options),  # type: ignore[arg-type]
        of=None if of_check else index.expression(splice.value, experiment),
        unit=splice.value.unit if isinstance(splice.value, Limit) else "",
        check=splice.value.label if of_check else None,  # type: ignore[union-attr]
    )
