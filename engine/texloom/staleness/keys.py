"""The key of each result, known before its stage runs: the stage stores it, and the judge recomputes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from texloom.data import declared
from texloom.data.sums import FOLDER
from texloom.errors import ReportError
from texloom.manifest import Manifest, Part, Profile, command_parts, stage_of, theory_module
from texloom.programs.inputs import text_of
from texloom.results.places import THEORY, BuildFolder, Document
from texloom.results.sealed import file_digest, read_sealed
from texloom.staleness import environment
from texloom.staleness.closure import children, external, import_graph, import_path, modules, source_path
from texloom.staleness.identity import COSTS, combine
from texloom.staleness.made_from import MadeFrom, code_of, imported_versions, seals
from texloom.staleness.whole import where_now

PLAIN = "plain"
"""Stands for the stage module `train` of an experiment that does not import TensorFlow."""
STAGES = {
    "train": "texloom.training.stage",
    PLAIN: "texloom.training.plain",
    "analysis": "texloom.training.analysis",
}
"""The engine's module that calls an experiment's stage module, by `kind_of_stage`."""
TENSORFLOW = {"tensorflow", "keras"}

RESULTS = ("texloom.results.runs", "texloom.results.plotting", "texloom.results.tables")
"""Modules that every figure depends on, whether its module imports them or only uses their types."""

STAGE_COMMANDS, ENGINE_COMMANDS, REPORT_COMMAND = "texloom.commands.stages", "texloom.__main__", "experiments.__main__"
PROGRAM_COMMANDS, LAUNCHING = "texloom.commands.programs", "texloom.programs.launching"
RUNS_BY, FIGURES_BY = ("train", "analyse", "configuration", "start_run"), ("figures",)
PLAIN_BY = ("train_without_tensorflow", "configuration", "start_run")
CHECKS_BY, THEORY_FIGURES_BY, DOCUMENTS_BY = ("check",), ("theory_figures",), ("document",)
PROGRAMS_BY = ("run",)
MADE_BY = {
    STAGE_COMMANDS: (RUNS_BY, PLAIN_BY, FIGURES_BY),
    ENGINE_COMMANDS: (CHECKS_BY, THEORY_FIGURES_BY, DOCUMENTS_BY),
    PROGRAM_COMMANDS: (PROGRAMS_BY, FIGURES_BY),
}
"""The functions of command modules that make each kind of result; only these functions of the modules count."""


# ---------------------------------------------------------------- runs


def kind_of_stage(experiment: str) -> str:
    """The key of STAGES for an experiment with modules: TensorFlow is started only for trainings that import it."""
    stage = stage_of(experiment)
    imported = external(f"experiments.{experiment}.train", import_graph()) if stage == "train" else TENSORFLOW
    return PLAIN if imported.isdisjoint(TENSORFLOW) else stage


def stage_modules(experiment: str) -> list[str]:
    """The root modules of a run: the experiment's own, and the engine's stage module that calls them."""
    stage = stage_of(experiment)
    own = [name for name in (stage, "config", "metrics") if Path("experiments", experiment, f"{name}.py").exists()]
    checkpoint = ["texloom.training.checkpoint"] if stage == "train" else []
    return [*(f"experiments.{experiment}.{name}" for name in own), STAGES[kind_of_stage(experiment)], *checkpoint]


def run_code(experiment: str) -> dict[str, str]:
    """Digests of the code of all modules that a run of the experiment depends on, and of the command that makes it."""
    called = PLAIN_BY if kind_of_stage(experiment) == PLAIN else RUNS_BY
    return code_of(stage_modules(experiment), {STAGE_COMMANDS: called, REPORT_COMMAND: ()})


def run_key(experiment: str, options: Sequence[str], *, data_may_miss: bool = False) -> MadeFrom:
    """The key of a run; options: the command-line options that change results.

    Raises ReportError if the data are missing; with `data_may_miss` the key has none instead.
    """
    program = command_parts().get(experiment)
    code = _program_code() if program else run_code(experiment)  # first: importing the experiment may take a while
    there = not data_may_miss or not declared.missing([experiment])
    return MadeFrom(
        code=code,
        data=declared.data_digests(experiment) if there else None,
        parameters={"options": list(options), **(_program_parameters(experiment) if program else {})},
        versions={} if program else imported_versions(stage_modules(experiment)),
        environment=environment.of_stages(),
    )


def _program_code() -> dict[str, str]:
    """Digests of the engine's code that starts a command and reads what it has written."""
    return code_of(["texloom.programs.outputs"], {LAUNCHING: (), PROGRAM_COMMANDS: PROGRAMS_BY, REPORT_COMMAND: ()})


def _program_parameters(experiment: str) -> dict[str, Any]:
    """What report.toml says about a command: its stage records the files that it reads."""
    part = Part.model_validate(command_parts()[experiment])
    settings = {f"config.{name}": value for name, value in part.config.items()}
    return {"command": text_of(part), "inputs": list(part.inputs), **settings}


def held_data(experiment: str, key: MadeFrom) -> list[Path]:
    """The files of the declared data, whose digests are part of a key already."""
    return [*declared.sums(experiment), *(FOLDER / name for name in key.data or ())]


# ---------------------------------------------------------------- what is made of runs


def figures_key(experiment: str, build: BuildFolder, seeds: Sequence[int]) -> MadeFrom:
    """The key of an experiment's figures, tables and animations."""
    program = experiment in command_parts()
    own = [f"experiments.{experiment}.figures"] if not program or figures_module(experiment).exists() else []
    roots = [*own, *(["texloom.programs.showing"] if program else []), *RESULTS]
    return MadeFrom(
        code=code_of(roots, {PROGRAM_COMMANDS if program else STAGE_COMMANDS: FIGURES_BY, REPORT_COMMAND: ()}),
        parameters={"seeds": list(seeds)},
        products=seals(build.run_record(experiment, seed) for seed in seeds),
        versions=imported_versions(roots),
        environment=environment.of_stages(),
    )


def figures_module(experiment: str) -> Path:
    """The module that draws an experiment's figures; an experiment that is made by a command may lack it."""
    return Path("experiments", experiment, "figures.py")


def notebook_sources(manifest: Manifest, experiment: str) -> list[str]:
    """The modules that build a notebook, those that its cells call, and the import closure of the experiment.

    Includes the modules in RETURN_NOTHING, because the notebook contains them.
    """
    packages = ("texloom.notebook.runtime", f"experiments.{experiment}")
    fetching = [module for name in declared.names(experiment) if (module := manifest.data[name].module)]
    own = [module for package in packages for module in children(package)]
    roots = ["texloom.notebook.tangle", "texloom.notebook.execute", STAGES[kind_of_stage(experiment)], *fetching, *own]
    graph = import_graph()
    return sorted({name for root in roots for name in modules(root, graph)})


def notebook_key(manifest: Manifest, profile: Profile, experiment: str) -> MadeFrom:
    """The key of an experiment's notebook. Comments count, because the notebook shows the source."""
    part = manifest.experiments[experiment]
    if part.command:
        roots = ["texloom.notebook.programs"]
        sources = sorted(modules(roots[0], import_graph()))
    else:
        roots = [*stage_modules(experiment), f"experiments.{experiment}.figures"]
        sources = notebook_sources(manifest, experiment)
    code = {import_path(name): file_digest(source_path(name)) for name in sources}
    return MadeFrom(
        code=code | {lock.name: file_digest(lock) for lock in [Path("requirements.lock")] if lock.exists()},
        parameters={**part.model_dump(mode="json", include={"title", "seeds"}), "smoke": profile.smoke},
        products=seals(profile.build.run_record(experiment, seed) for seed in part.seeds),
        versions=imported_versions(roots),
        environment=environment.of_stages(),
    )


# ---------------------------------------------------------------- the written answers


def theory_modules(fragments: Iterable[str]) -> list[str]:
    """The modules with checks or figures that lie beside the fragments."""
    return [module for name in fragments if (module := theory_module(name))]


def checks_key(fragments: Collection[str]) -> MadeFrom:
    """The key of the checks; it depends neither on the order of the fragments nor on their text."""
    roots = [*theory_modules(fragments), "texloom.document.checks"]
    return MadeFrom(
        code=code_of(roots, {ENGINE_COMMANDS: CHECKS_BY}),
        parameters={"written answers": sorted(fragments)},
        versions=imported_versions(roots),
        environment=environment.of_stages(),
    )


def theory_figures_key(fragments: Collection[str]) -> MadeFrom:
    """The key of the figures of the written answers."""
    roots = [*theory_modules(fragments), "texloom.results.plotting"]
    return MadeFrom(
        code=code_of(roots, {ENGINE_COMMANDS: THEORY_FIGURES_BY}),
        parameters={"written answers": sorted(fragments)},
        versions=imported_versions(roots),
        environment=environment.of_stages(),
    )


# ---------------------------------------------------------------- documents


def products_of(manifest: Manifest, build: BuildFolder, document: Document) -> list[Path]:
    """The records of the results that a document prints; manifest: limited to the seeds of its profile."""
    written = [build.checks, build.figure_index(THEORY)]
    if document == "theory":
        return written
    runs = [build.run_record(name, seed) for name, part in manifest.experiments.items() for seed in part.seeds]
    return [*runs, *map(build.figure_index, manifest.experiments), *written]


def document_key(manifest: Manifest, profile: Profile, document: Document) -> MadeFrom:
    """The key of a document. Of report.toml only the values that it prints count, not their notation in the file."""
    shortened = manifest.limited(profile)
    root = "texloom.document.document"
    return MadeFrom(
        code=code_of([root], {ENGINE_COMMANDS: DOCUMENTS_BY}),
        parameters={"report.toml": _printed(shortened, profile)},
        products={path.as_posix(): printed(path) for path in products_of(shortened, profile.build, document)},
        versions=imported_versions([root]),
        environment=environment.of_typesetting(),
    )


def printed(record: Path) -> str:
    """Digest of the parts of a result that a document can print; empty for a missing result.

    For a run these include its identity; for other results they include no inputs.
    """
    try:
        content = read_sealed(where_now(record))
    except (FileNotFoundError, ReportError):
        return ""
    without = {*COSTS, *NEVER_PRINTED} if "identity" in content else MadeFrom().to_json().keys()
    return combine({name: value for name, value in content.items() if name not in without})


NEVER_PRINTED = ("parameters", "products", "loaded", "environment", "reads")
"""The inputs in a run's record that no document prints."""


def _printed(manifest: Manifest, profile: Profile) -> dict[str, Any]:
    content = manifest.model_dump(mode="json", exclude={"profiles"})
    for section in content["sections"]:
        for part in section["parts"]:
            del part["priority"]
    return content | {"profile": profile.model_dump(mode="json")}
