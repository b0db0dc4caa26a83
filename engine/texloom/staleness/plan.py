"""The plan of a build: each result with its inputs, whether it is up to date, and what must be rebuilt after it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path

from texloom import manifest as manifests
from texloom.data import declared
from texloom.data.digests import Digests
from texloom.errors import Place, ReportError, closest
from texloom.manifest import MANIFEST, Manifest, Profile, as_compared, stage_of
from texloom.results.places import THEORY, BuildFolder, Document
from texloom.results.runs import Run
from texloom.results.sealed import is_intact, read_sealed
from texloom.staleness import keys, needs
from texloom.staleness.environment import is_recorded
from texloom.staleness.jobs import GONE, Job, changed
from texloom.staleness.judge import (
    INPUTS_UNKNOWN,
    NOT_FINISHED,
    NOT_MADE,
    depends_on,
    judge_stored,
    refuse_made_by_hand,
)
from texloom.staleness.made_from import MadeFrom, version
from texloom.staleness.whole import damage_of_latex, where_now

FOLLOWS = "its inputs are rebuilt"


@dataclass(frozen=True)
class Step:
    """A result: the rule that makes it, its output file, and its inputs."""

    rule: str
    wildcards: dict[str, str]
    output: Path
    """The file that Snakemake makes."""
    key: Callable[[], MadeFrom] | None = None
    """Computes its current key; None for fetched data, which are only checked to be present as declared."""
    record: Path | None = None
    """The sealed file that records its inputs, if it is not the output."""
    inputs: tuple[Path, ...] = ()
    """The outputs of other steps that it is made from."""
    priority: int = 0
    latex: Path | None = None
    """The folder in which LaTeX makes it."""

    def reasons(self, digests: Digests, *, follows: bool) -> list[str]:
        """Why it must be made; follows: one of its inputs is rebuilt before."""
        found = self._found(digests, products=not follows)
        if found and found[0] not in (NOT_MADE, NOT_FINISHED, INPUTS_UNKNOWN):
            found = [changed(found)]
        return [*found, *([FOLLOWS] if follows else [])]

    def _found(self, digests: Digests, *, products: bool) -> list[str]:
        """What is out of date or damaged; products: whether to compare the results that it is made from, too."""
        output, record = where_now(self.output), where_now(self.record or self.output)
        if not record.exists():
            return [NOT_FINISHED if output.exists() else NOT_MADE]
        if self.key is None:
            name = self.wildcards["name"]
            return [f"[data.{name}] in report.toml"] if declared.declared_anew(name) else []
        if self.latex and (harm := damage_of_latex(self.latex, digests)):
            return harm
        return (
            [f"{output}{GONE}"] if not output.exists() else judge_stored(record, self.key(), digests, products=products)
        )


@dataclass(frozen=True)
class Plan:
    """The results of a profile."""

    manifest: Manifest
    """Limited to the seeds of the profile."""
    profile: Profile
    digests: Digests = field(default_factory=Digests.load)

    @classmethod
    def load(cls, profile: str) -> Plan:
        manifest = manifests.load()
        chosen = manifest.profile(profile)
        return cls(manifest.limited(chosen), chosen)

    @property
    def build(self) -> BuildFolder:
        return self.profile.build

    # ---------------------------------------------------------------- for the Snakefile

    def experiments(self, stage: str) -> list[str]:
        """The experiments whose runs are made by the module of this name."""
        return [name for name in self.manifest.experiments if stage_of(name) == stage]

    def runs(self, experiment: str) -> list[str]:
        """run.json of each seed of an experiment."""
        seeds = self.manifest.experiments[experiment].seeds
        return names(self.build.run_record(experiment, seed) for seed in seeds)

    def priority(self, experiment: str) -> int:
        """The priority of an experiment; trainings with a higher one start first."""
        return self.manifest.experiments[experiment].priority

    def theory_results(self) -> list[str]:
        """The records of the results that the written answers print."""
        return names(keys.products_of(self.manifest, self.build, "theory"))

    def results(self) -> list[str]:
        """The records of the results that the report prints."""
        return names(keys.products_of(self.manifest, self.build, "report"))

    # ---------------------------------------------------------------- steps

    def steps(self, target: str, experiments: Sequence[str]) -> list[Step]:
        """The steps that a target needs, in a valid order, with those whose results other steps read."""
        theory = [*self._written()] if target in ("report", "theory") else []
        coded = [step for name in experiments for step in self._coded(name, target)] if target != "theory" else []
        document: list[Document] = [name for name in ("report", "theory") if name == target]
        waiting = [*theory, *coded, *map(self._document, document)]
        known: dict[Path, Step] = {step.output: step for step in waiting}
        for step in waiting:  # which grows
            others = self.others(step.output)
            known[step.output] = replace(step, inputs=(*step.inputs, *others))
            for path in others:
                if path not in known:
                    known[path] = self._step(path)
                    waiting.append(known[path])
        order = TopologicalSorter(
            {path: [each for each in step.inputs if each in known] for path, step in known.items()}
        )
        return [known[path] for path in order.static_order()]

    def others(self, output: Path) -> Collection[Path]:
        """The results that a result needs besides those that it is always made from."""
        return self._others.get(output, ())

    @cached_property
    def _others(self) -> Mapping[Path, Collection[Path]]:
        return needs.others(self.manifest, self.profile)

    def _step(self, output: Path) -> Step:
        """The step that makes a run, figures or the checks."""
        named = [name for name in self.manifest.experiments if name in output.parts]
        steps = [*self._written(), *(step for name in named for step in self._coded(name, "figures"))]
        return next(step for step in steps if step.output == output)

    def _written(self) -> Iterator[Step]:
        fragments, figures = self.manifest.fragments, self.build.figure_index(THEORY)
        yield Step("check", {}, self.build.checks, lambda: keys.checks_key(fragments))
        yield Step("theory_figures", {}, figures, lambda: keys.theory_figures_key(fragments))

    def _coded(self, experiment: str, target: str) -> Iterator[Step]:
        part, build, which = self.manifest.experiments[experiment], self.build, {"experiment": experiment}
        for path in declared.sums(experiment):  # fetching alone rebuilds nothing: fetched data are compared by content
            yield Step("data", {"name": path.parent.name}, path)
        for seed in part.seeds:
            wildcards = which | {"seed": str(seed)}
            rule, record = self._rule(experiment), build.run_record(experiment, seed)
            yield Step(rule, wildcards, record, lambda: self._run_key(experiment), priority=part.priority)
        runs = tuple(build.run_record(experiment, seed) for seed in part.seeds)
        if target == "notebooks":
            made = build.tangled(experiment)
            key = lambda: keys.notebook_key(self.manifest, self.profile, experiment)  # noqa: E731
            yield Step("tangle", which, made, key, build.tangled_record(experiment), runs)
        else:
            index = build.figure_index(experiment)
            yield Step("draw", which, index, lambda: keys.figures_key(experiment, build, part.seeds), None, runs)

    @staticmethod
    def _rule(experiment: str) -> str:
        return {"train": "train", "analysis": "analyse"}[stage_of(experiment)]

    def _document(self, document: Document) -> Step:
        rule, products = {"report": "document", "theory": "theory_document"}, keys.products_of
        key = lambda: keys.document_key(self.manifest, self.profile, document)  # noqa: E731
        inputs = tuple(products(self.manifest, self.build, document))
        made, record, latex = self.build.made(document), self.build.made_from(document), self.build.sources(document)
        return Step(rule[document], {}, made, key, record, inputs, latex=latex)

    @cached_property
    def _run_keys(self) -> dict[str, MadeFrom]:
        return {}

    def _run_key(self, experiment: str) -> MadeFrom:
        """The key of the runs of an experiment; all its seeds have the same."""
        if experiment not in self._run_keys:
            self._run_keys[experiment] = keys.run_key(experiment, self.profile.options, data_may_miss=True)
        return self._run_keys[experiment]

    def refuse_runs_made_by_hand(self, experiments: Sequence[str]) -> None:
        """Raise ReportError for a run that was made with options which the profile does not have.

        It is not rebuilt automatically, because its author may want to keep it.
        """
        for experiment in experiments:
            for name in self.runs(experiment):
                record = where_now(Path(name))
                if is_intact(record):
                    refuse_made_by_hand(record, read_sealed(record))

    def refuse_damaged_runs(self, experiments: Sequence[str]) -> None:
        """Raise ReportError for a run with a missing or changed file; an unfinished run is not damaged.

        It is not rebuilt automatically either.
        """
        for experiment in experiments:
            for seed in self.manifest.experiments[experiment].seeds:
                folder = where_now(self.build.run_record(experiment, seed)).parent
                run = Run(folder, (experiment, seed))
                if run.is_there:
                    for name in run.record.get("files", ()):
                        run.file(name)

    # ---------------------------------------------------------------- jobs

    def jobs(self, target: str, experiments: Sequence[str], forced: Collection[str] = ()) -> dict[Path, Job]:
        """The jobs that must be run, by output file, in a valid order.

        forced: rules to run although nothing has changed.
        """
        found: dict[Path, Job] = {}
        steps = self.steps(target, experiments)
        if target == "report":
            self._refuse_exemptions_of_nothing(steps)
        for step in steps:
            follows = any(path in found for path in step.inputs)
            why = [*(["forced"] if step.rule in forced else []), *step.reasons(self.digests, follows=follows)]
            if why:
                found[step.output] = Job(step.rule, step.wildcards, tuple(why), step.priority)
        return dict(sorted(found.items(), key=lambda item: item[1].place))

    def _refuse_exemptions_of_nothing(self, steps: Iterable[Step]) -> None:
        """Raise ReportError for an exemption that names nothing that a result depends on.

        While results are missing, any installed library and any variable that would be recorded is accepted.
        """
        if not self.manifest.exempt:
            return
        records = [step.record or step.output for step in steps if step.key]
        there = [read_sealed(path) for path in records if is_intact(path)]
        known = {name for record in there for name in depends_on(record)}
        compared = set(map(as_compared, known))
        for name in self.manifest.exempt:
            possible = len(there) < len(records) and (version(name) or is_recorded(name))
            if as_compared(name) not in compared and not possible:
                what = f"no result depends on a library or a variable '{name}'"
                raise ReportError(Place(MANIFEST, "exempt", name), what, closest(name, known))


def align_times(steps: Iterable[Step], planned: Collection[Path]) -> None:
    """Set the time of up-to-date results to that of their latest input, if that is later, as after a copy.

    Snakemake always compares these times, and would otherwise rebuild more than planned.
    """
    for step in steps:
        if step.output not in planned and step.output.exists():
            latest = max((path.stat().st_mtime_ns for path in step.inputs if path.exists()), default=0)
            if step.output.stat().st_mtime_ns < latest:
                os.utime(step.output, ns=(latest, latest))


def names(paths: Iterable[Path]) -> list[str]:
    """Paths as Snakemake takes them."""
    return [path.as_posix() for path in paths]
