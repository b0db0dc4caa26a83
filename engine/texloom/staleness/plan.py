"""What the Snakefile asks: for a profile, the targets, and for each result what it is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from texloom import manifest as manifests
from texloom.data import declared
from texloom.manifest import Manifest, Profile, stage_of
from texloom.results.places import THEORY, BuildFolder
from texloom.results.sealed import is_intact, read_sealed
from texloom.staleness.closure import children, import_graph, modules, source_path
from texloom.staleness.identity import (
    RETURN_NOTHING,
    STAGES,
    Current,
    data_digests,
    library_versions,
    run_code,
    stale_parts,
)
from texloom.staleness.stamps import EDITED, stamps

OF_EXPERIMENTS = ("experiments/", "templates/sections/")
"""What the written answers alone have no use for."""


def names(paths: Iterable[Path]) -> list[str]:
    """Paths as Snakemake takes them."""
    return [path.as_posix() for path in paths]


def code(roots: Iterable[str], without: Collection[str] = RETURN_NOTHING) -> list[str]:
    """The files of the import closures of modules, sorted; without those that return nothing to what is made."""
    graph = import_graph()
    reached = {name for root in roots for name in modules(root, graph, without)}
    return sorted(names(map(source_path, reached)))


@dataclass(frozen=True)
class Plan:
    """The inputs and parameters of every rule."""

    manifest: Manifest
    profile: Profile

    @classmethod
    def load(cls, profile: str) -> Plan:
        manifest = manifests.load()
        chosen = manifest.profile(profile)
        return cls(manifest.limited(chosen), chosen)

    @property
    def build(self) -> BuildFolder:
        return self.profile.build

    # ---------------------------------------------------------------- runs

    def experiments(self, stage: str) -> list[str]:
        """Those whose runs are made by their module of this name."""
        return [name for name in self.manifest.experiments if stage_of(name) == stage]

    def runs(self, experiment: str) -> list[str]:
        """run.json of each seed of an experiment."""
        seeds = self.manifest.experiments[experiment].seeds
        return names(self.build.run_record(experiment, seed) for seed in seeds)

    def data(self, experiment: str) -> list[str]:
        """The digests of an experiment's data."""
        return names(declared.sums(experiment))

    def priority(self, experiment: str) -> int:
        """Trainings with a higher one start first."""
        return self.manifest.experiments[experiment].priority

    def stale_runs(self, experiments: Sequence[str]) -> dict[str, list[str]]:
        """run.json of the runs that must be made again, with what has changed since they were made.

        Those that are not there, or are damaged, are not among them; data that are not there are taken for unchanged.
        """
        stale = {}
        for experiment in experiments:
            made = {name: read_sealed(Path(name)) for name in self.runs(experiment) if is_intact(Path(name))}
            if made:
                code, versions = run_code(experiment), library_versions(experiment)
                data = data_digests(experiment) if all(map(Path.exists, declared.sums(experiment))) else None
                for name, record in made.items():
                    stale[name] = stale_parts(record, Current(code, record["data"] if data is None else data, versions))
        return {name: parts for name, parts in stale.items() if parts}

    # ---------------------------------------------------------------- what is made of them

    def figure_code(self, experiment: str) -> list[str]:
        """The import closure of the figures module."""
        return code([f"experiments.{experiment}.figures"])

    def notebook_code(self, experiment: str) -> list[str]:
        """What makes an experiment a notebook, what its cells call, and the import closure of all its modules.

        The modules that return nothing to a training are among them, for the notebook carries them.
        """
        packages = ("texloom.notebook.runtime", f"experiments.{experiment}")
        roots = [
            "texloom.notebook.tangle",
            "texloom.notebook.execute",
            STAGES[stage_of(experiment)],
            *self._fetching(experiment),
            *(m for each in packages for m in children(each)),
        ]
        return ["requirements.lock", *code(roots, without=())]

    def _fetching(self, experiment: str) -> list[str]:
        """The modules that fetch the data of an experiment."""
        return [module for name in declared.names(experiment) if (module := self.manifest.data[name].module)]

    def notebook_part(self, experiment: str) -> dict[str, Any]:
        """What a notebook takes from the manifest."""
        return self.manifest.experiments[experiment].model_dump(include={"title", "seeds"})

    # ---------------------------------------------------------------- the written answers

    def theory_modules(self) -> list[str]:
        """The fragments with checks or figures."""
        return [name for name in self.manifest.fragments if manifests.theory_module(name)]

    @cached_property
    def theory_code(self) -> list[str]:
        """The import closures of the modules beside the fragments."""
        return code(f"theory.{name}" for name in self.theory_modules())

    def check_code(self) -> list[str]:
        """The checks' code alone: their texts are compared with the stored results when the document is made."""
        return sorted({*self.theory_code, *code(["texloom.document.checks"])})

    # ---------------------------------------------------------------- documents

    def theory_text(self) -> list[str]:
        """The engine, and what an author edits, apart from experiments and their sections."""
        return [name for name in self.report_text() if not name.startswith(OF_EXPERIMENTS)]

    def report_text(self) -> list[str]:
        """The engine, and all that an author edits: templates include what they like, and listings quote any module."""
        return sorted({*code(["texloom.document.document"]), *stamps(EDITED)})

    def theory_results(self) -> list[str]:
        """What the written answers print."""
        return names([self.build.checks, self.build.figure_index(THEORY)])

    def results(self) -> list[str]:
        """What the report prints."""
        experiments = self.manifest.experiments
        runs = [run for experiment in experiments for run in self.runs(experiment)]
        return runs + names(map(self.build.figure_index, experiments)) + self.theory_results()
