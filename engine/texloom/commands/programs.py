"""The stages of an experiment whose runs a command in report.toml makes.

python -m experiments run rainfall --seed 0
python -m experiments figures rainfall
"""

from __future__ import annotations

import argparse
import importlib
import resource
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from texloom import manifest as manifests
from texloom.data.paths import data_path
from texloom.errors import ReportError, closest
from texloom.machine.cores import limit_linear_algebra
from texloom.manifest import Part, command_parts, place_in_part
from texloom.programs import inputs, showing
from texloom.programs.launching import Task, launch
from texloom.programs.outputs import read_outputs
from texloom.programs.places import log_of, work_folder
from texloom.results.places import BuildFolder, indexed_files
from texloom.results.runs import Runs
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.written import remove_whole, run_files
from texloom.staleness import environment
from texloom.staleness.experiments import check_program, result_folders
from texloom.staleness.identity import Recorder, combine
from texloom.staleness.keys import figures_key, figures_module, held_data, run_key
from texloom.staleness.made_from import making
from texloom.staleness.recording import recorder as recording
from texloom.training.configuration import parse_settings


def run(options: argparse.Namespace, changing: Sequence[str]) -> None:
    """Run the command of an experiment with one seed, and write its run.

    changing: those of the given options that change results.
    """
    part, results = _part(options.name), result_folders(manifests.load())
    environment.fix_start()
    build, log = BuildFolder(options.build), log_of(options.name, options.seed)
    folder = options.run or build.run(options.name, options.seed)
    work = work_folder(build, options.name, options.seed)
    key = run_key(options.name, changing)
    config = changed(part.config, options.set)
    data = {name: data_path(name) for name in part.data}
    task = Task(part.command, options.name, options.seed, options.smoke, config, data)
    if options.cores:
        limit_linear_algebra(options.cores)
    own = [folder, work, log, manifests.MANIFEST, *held_data(options.name, key)]  # its values are in the key
    with making(key, own, build=build.folder, engine=True) as made:
        recorder = Recorder.start(made, options.name, config, options.seed, options.cores)
        describe(recorder, part, results)
        written = read_outputs(launch(task, work, log, place_in_part(options.name, "command")))
        written.write(folder, recorder.finish() | {"peak_mib": _peak_of_children()})
    remove_whole(work)


def _part(experiment: str) -> Part:
    """The part of an experiment with a command. Raises ReportError for others, and as `check_program` does."""
    known = command_parts()
    if experiment not in known:
        raise ReportError("report.toml", f"has no experiment '{experiment}' with a command", closest(experiment, known))
    return check_program(experiment)


def changed(config: Mapping[str, Any], pairs: list[str]) -> dict[str, Any]:
    """The settings of a command, replaced where `--set` names them. Raises ReportError for an unknown setting."""
    settings = parse_settings(pairs)
    if unknown := [name for name in settings if name not in config]:
        raise ReportError("--set", f"unknown setting '{unknown[0]}'", closest(unknown[0], config))
    return {**config, **settings}


def describe(recorder: Recorder, part: Part, results: Collection[Path]) -> None:
    """Record the program and the files that a command reads, for staleness checks, the identity and the provenance."""
    *before, program = inputs.program_candidates(part)
    files = inputs.input_files(part, results)
    with recording.unrecorded():
        version = inputs.version_of(program)
    for path in (*files, *before, program):
        recorder.made.recorder.note(path)
    noted = recorder.made.recorder.reads.files
    digests = {path.as_posix(): noted[path.as_posix()] for path in files}
    recorder.record["identity"] = combine(recorder.identity, digests, file_digest(program))
    recorder.record["meanings"] = {}
    recorder.record["program"] = {"command": inputs.text_of(part), "version": version, "inputs": digests}


def _peak_of_children() -> int:
    """The peak memory, in MiB, of the largest process that this one has started and waited for."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))


def figures(options: argparse.Namespace) -> None:
    """Store the pictures and tables that a command has written, and draw those that figures.py defines."""
    environment.fix()
    from texloom.commands import drawn as drawings
    from texloom.results import plotting

    build = BuildFolder(options.build)
    folder, index = build.figures(options.name), build.figure_index(options.name)
    key = figures_key(options.name, build, options.seeds)
    held = [path for seed in options.seeds for path in run_files(build.run(options.name, seed))]
    with making(key, held, build=build.folder) as made:
        runs = Runs.load(options.build, options.name, options.seeds)
        showing.check_alike(runs)
        pictures, tables = dict(showing.pictures(runs)), showing.tables(runs)
        names = {Path(name).stem for name in pictures}
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in pictures.items():
            (folder / name).write_bytes(content)
        if (path := figures_module(options.name)).exists():
            module = importlib.import_module(f"experiments.{options.name}.figures")
            with plotting.style():
                drawn = drawings.returned(module, "figures", runs)
                own = drawings.returned(module, "tables", runs)
                if twice := sorted((names & drawn.keys()) | (tables.keys() & own.keys())):
                    raise ReportError(path, f"draws '{twice[0]}', which the command has written", "rename one of them")
                drawings.draw(module, drawn, folder)
            names, tables = names | drawn.keys(), tables | own
            pictures |= {f"{name}.pdf": b"" for name in drawn}
    wanted = {folder / name for name in pictures}
    for stale in set(indexed_files(index)) - wanted:  # other files in this folder belong to the user
        stale.unlink(missing_ok=True)
    stored = {name: table.to_json() for name, table in tables.items()}
    content = {"of": options.name, "figures": sorted(names), "tables": stored, "animations": []}
    files = {path.name: file_digest(path) for path in sorted(wanted)}
    write_sealed(index, {**content, "files": files, **made.finish().to_json()})
    print(f"figures: {options.name}: {len(names)} figures, {len(tables)} tables")
