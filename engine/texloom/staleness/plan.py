"""What the Snakefile asks: for a profile, the targets, and for each result what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from texloom import manifest as manifests
from texloom.data import declared
from texloom.manifest import Manifest, Profile
from texloom.staleness.closure import children, source_files
from texloom.staleness.identity import library_versions, training_code


def names(paths: list[Path]) -> list[str]:
    """Paths as Snakemake takes them."""
    return [path.as_posix() for path in paths]


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
    def build(self) -> str:
        return self.profile.folder

    @cached_property
    def versions(self) -> dict[str, str]:
        return library_versions()

    def runs(self, experiment: str) -> list[str]:
        """run.json of each seed of an experiment."""
        seeds = self.manifest.experiments[experiment].seeds
        return [f"{self.build}/runs/{experiment}/seed-{seed}/run.json" for seed in seeds]

    def train_inputs(self, experiment: str) -> list[str]:
        """The code that a training runs, and the digests of its data."""
        return names(training_code(experiment) + declared.sums(experiment))

    def priority(self, experiment: str) -> int:
        """Trainings with a higher one start first."""
        return self.manifest.experiments[experiment].priority

    def figure_code(self, experiment: str) -> list[str]:
        """The import closure of the figures module."""
        return names(source_files(f"experiments.{experiment}.figures"))

    def theory_modules(self) -> list[str]:
        """The fragments with checks or figures."""
        return [name for name in self.manifest.fragments if manifests.theory_module(name)]

    def check_inputs(self) -> list[str]:
        """The checks' code alone: their texts are compared with the stored results when the document is made."""
        return sorted({*self.theory_code(), *names(source_files("texloom.document.checks"))})

    def theory_code(self) -> list[str]:
        """The import closures of the modules beside the fragments."""
        files = {file for name in self.theory_modules() for file in source_files(f"theory.{name}")}
        return names(sorted(files))

    def theory_text(self) -> list[str]:
        """The engine, the templates of the document, and the fragments."""
        engine = source_files("texloom.document.document")
        templates = sorted(Path("templates").glob("*"))
        texts = [*Path("theory").glob("*.tex"), *Path("theory").glob("*.bib"), Path("report.toml")]
        return names(sorted({*engine, *(path for path in templates if path.is_file()), *texts}))

    def report_text(self) -> list[str]:
        """The same with the section templates, and the experiments' modules, which listings quote."""
        files = set(self.theory_text())
        for experiment in self.manifest.experiments:
            files |= set(names(sorted(Path("experiments", experiment).glob("*.py"))))
            files.add(f"templates/sections/{experiment}.tex.j2")
        return sorted(files)

    def notebook_code(self, experiment: str) -> list[str]:
        """What makes an experiment a notebook, what its cells call, and the import closure of all its modules."""
        packages = ("texloom.notebook.runtime", f"experiments.{experiment}")
        modules = [
            "texloom.notebook.tangle",
            "texloom.notebook.execute",
            *(m for each in packages for m in children(each)),
        ]
        return names(sorted({Path("requirements.lock"), *(file for each in modules for file in source_files(each))}))

    def notebook_part(self, experiment: str) -> dict[str, Any]:
        """What a notebook takes from the manifest."""
        return self.manifest.experiments[experiment].model_dump(include={"title", "seeds"})

    def figure_indexes(self) -> list[str]:
        return [f"{self.build}/figures/{experiment}/index.json" for experiment in self.manifest.experiments]

    def all_runs(self) -> list[str]:
        return [run for experiment in self.manifest.experiments for run in self.runs(experiment)]

    def theory_results(self) -> list[str]:
        """What the written answers print."""
        return [f"{self.build}/checks.json", f"{self.build}/figures/theory/index.json"]

    def results(self) -> list[str]:
        """What the report prints."""
        return self.all_runs() + self.figure_indexes() + self.theory_results()

    def train_parameters(self, seed: int) -> dict[str, Any]:
        """What identifies a run besides its input files."""
        return {"smoke": self.profile.smoke, "seed": seed, "versions": self.versions}
