"""The stages as plain commands.

python -m experiments data rainfall
python -m experiments data                 all missing data of the report's experiments
python -m experiments train smoothing_network --seed 0 --set epochs=5
python -m experiments analyse rainfall     the same for an experiment without training
python -m experiments figures rainfall
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from texloom import manifest as manifests
from texloom.data import declared
from texloom.errors import ReportError, closest
from texloom.machine import cores
from texloom.manifest import experiment_names, stage_of
from texloom.results.places import DEFAULT_FOLDER, BuildFolder, indexed_files
from texloom.results.runs import Runs
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.written import run_files
from texloom.staleness import environment
from texloom.staleness.experiments import check_experiment
from texloom.staleness.identity import Recorder
from texloom.staleness.judge import still_hold
from texloom.staleness.keys import figures_key, held_data, run_key
from texloom.staleness.made_from import making
from texloom.training import analysis, stage
from texloom.training.checkpoint import Checkpoint
from texloom.training.configuration import Configuration, parse_settings


def fetch_data(options: argparse.Namespace) -> None:
    """Fetch a data set into data/; without a name, all missing data sets of the report's experiments."""
    if options.folder and not options.name:
        raise ReportError("data", "--folder is given without a data set", "name one; report.toml lists them in [data]")
    for name in [options.name] if options.name else declared.missing(manifests.load().experiments):
        declared.fetch(name, options.folder)


def check_known(name: str) -> None:
    """Raise ReportError for an unknown experiment."""
    names = experiment_names()
    if name not in names:
        raise ReportError("experiments", f"unknown experiment '{name}'", closest(name, names))


def experiment_module(name: str, module: str) -> Any:
    """A module of an experiment. Raises ReportError for an unknown experiment."""
    check_known(name)
    return importlib.import_module(f"experiments.{name}.{module}")


def number_of_cores(text: str) -> int:
    """The value of --cores. Raises ArgumentTypeError for a negative one."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a number of cores, or 0 for all, not '{text}'")
    return int(text)


def seed_number(text: str) -> int:
    """The value of --seed. Raises ReportError for one that no part of report.toml can have."""
    if not text.isdecimal() or int(text) >= 2**31:
        raise ReportError("--seed", f"{text[:40]} is not a seed", "a seed is a whole number from 0 to 2147483647")
    return int(text)


def changing_options(options: argparse.Namespace) -> list[str]:
    """The given options that change results, as they are typed."""
    typed = ["--smoke"] if options.smoke else []
    typed += [f"--set {setting}" for setting in options.set]
    return typed + ([] if options.cores == cores.PER_TRAINING else [f"--cores {options.cores}"])


def train(options: argparse.Namespace) -> None:
    """Train an experiment with one seed and write its run."""
    with start_run(options, "train") as (recorder, config):
        # Called here so that importing the live view prints nothing. The training calls `stage.start` again itself,
        # because that call must be part of the training's key.
        stage.start(options.cores)
        from texloom.training import live

        build = BuildFolder(options.build)
        path = build.checkpoint(options.name, options.seed)
        reads = build.kept_reads(options.name, options.seed)
        keep_reads = partial(recorder.made.keep, reads)
        checkpoint = Checkpoint(path, recorder.identity, options.checkpoint_every, before_save=keep_reads)
        if options.fresh or not still_hold(reads):
            checkpoint.remove()
        if not options.no_tensorboard:
            live.open_view(build.live_view(options.name, options.seed), go_on=checkpoint.holds_state())
        run = stage.train(options.name, config, options.seed, checkpoint, cores=options.cores)
        run.write(folder_of_run(options), recorder.finish(checkpoint.earlier))
        checkpoint.remove()
        reads.unlink(missing_ok=True)


def analyse(options: argparse.Namespace) -> None:
    """Run an experiment without training, with one seed, and write its run."""
    with start_run(options, "analysis") as (recorder, config):
        run = analysis.analyse(options.name, config, options.seed, options.cores)
        run.write(folder_of_run(options), recorder.finish())


VERBS = {"train": "train", "analysis": "analyse"}
"""The command of each module that makes runs."""


def check_runnable(options: argparse.Namespace, module: str) -> None:
    """Raise ReportError for an unknown experiment, and for one that lacks this or another module needed by a run."""
    check_known(options.name)
    check_experiment(options.name, without=["figures"])
    if (found := stage_of(options.name)) != module:
        way_out = f"python -m experiments {VERBS[found]} {options.name}"
        raise ReportError(Path("experiments", options.name), f"has no {module}.py, but {found}.py", way_out)


def configuration(options: argparse.Namespace) -> Configuration:
    """The configuration for the options. Raises ReportError for an invalid setting."""
    values = experiment_module(options.name, "config").Config
    return (values.smoke() if options.smoke else values()).changed(parse_settings(options.set))


@contextmanager
def start_run(options: argparse.Namespace, module: str) -> Iterator[tuple[Recorder, Configuration]]:
    """Start the record of a run, before the experiment is imported; yield it with the configuration."""
    check_runnable(options, module)
    environment.fix_looks()
    build, folder = BuildFolder(options.build), folder_of_run(options)
    key = run_key(options.name, changing_options(options))
    own = [folder, *build.states(options.name, options.seed), *held_data(options.name, key)]
    with making(key, own, build=build.folder) as made:
        config = configuration(options)
        recorder = Recorder.start(made, options.name, config.model_dump(mode="json"), options.seed, options.cores)
        recorder.record["meanings"] = config.meanings()
        yield recorder, config


def folder_of_run(options: argparse.Namespace) -> Path:
    """The folder of the run."""
    return options.run or BuildFolder(options.build).run(options.name, options.seed)


def figures(options: argparse.Namespace) -> None:
    """Draw an experiment's figures, tables and animations from its runs."""
    check_known(options.name)
    environment.fix()
    from texloom.commands import drawn as drawings
    from texloom.results import plotting

    build = BuildFolder(options.build)
    folder = build.figures(options.name)
    key = figures_key(options.name, build, options.seeds)
    held = [
        path for seed in options.seeds for path in run_files(build.run(options.name, seed))
    ]  # their seals are in it
    with making(key, held, build=build.folder) as made:
        module = experiment_module(options.name, "figures")
        runs = Runs.load(options.build, options.name, options.seeds)
        with plotting.style():
            drawn = drawings.returned(module, "figures", runs)
            drawings.draw(module, drawn, folder)
        tables = {name: table.to_json() for name, table in drawings.returned(module, "tables", runs).items()}
        animations = drawings.returned(module, "animations", runs) if hasattr(module, "animations") else {}
        for name, content in animations.items():
            (folder / f"{name}.gif").write_bytes(content)
    wanted = {folder / f"{name}.pdf" for name in drawn} | {folder / f"{name}.gif" for name in animations}
    for stale in set(indexed_files(build.figure_index(options.name))) - wanted:  # other files here are a user's own
        stale.unlink(missing_ok=True)
    index = {"of": options.name, "figures": sorted(drawn), "tables": tables, "animations": sorted(animations)}
    files = {path.name: file_digest(path) for path in sorted(wanted)}
    write_sealed(build.figure_index(options.name), {**index, "files": files, **made.finish().to_json()})
    print(f"figures: {options.name}: {len(drawn)} figures, {len(tables)} tables")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    main = argparse.ArgumentParser(prog="python -m experiments", description=__doc__.splitlines()[0] if __doc__ else "")
    stages = main.add_subparsers(required=True, metavar="stage")

    def command(
        name: str, function: Callable[[argparse.Namespace], None], argument: str, nargs: str | None = None
    ) -> argparse.ArgumentParser:
        added = stages.add_parser(name, help=function.__doc__, description=function.__doc__)
        added.set_defaults(function=function)
        added.add_argument("name", help=argument, nargs=nargs)
        return added

    data = command("data", fetch_data, "data set of report.toml (default: what is missing)", nargs="?")
    data.add_argument("--folder", type=Path, help="take the files from here (default: $<NAME>_DIR)")

    training = command("train", train, "experiment, as its folder in experiments/ is called")
    training.add_argument(
        "--checkpoint-every",
        type=float,
        default=Checkpoint.interval,
        metavar="SECONDS",
        help="least time between two (default %(default)g)",
    )
    training.add_argument("--fresh", action="store_true", help="do not go on from a checkpoint")
    training.add_argument("--no-tensorboard", action="store_true", help="write nothing for TensorBoard")
    analysing = command("analyse", analyse, "experiment that trains nothing")
    for each in (training, analysing):
        each.add_argument("--seed", type=seed_number, default=0, help="seed of everything random (default 0)")
        each.add_argument("--smoke", action="store_true", help="start from Config.smoke(): seconds, not minutes")
        each.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change one setting")
        each.add_argument(
            "--cores",
            type=number_of_cores,
            default=cores.PER_TRAINING,
            help=f"cores, 0 for all; {cores.PER_TRAINING} is the report's number, another gives other last digits",
        )
        each.add_argument("--run", type=Path, help="folder of the run (default BUILD/runs/NAME/seed-SEED)")

    drawing = command("figures", figures, "experiment")
    drawing.add_argument("--seeds", type=int, nargs="+", default=[0], help="the seeds of the runs")

    folder = f"results go below it (default {DEFAULT_FOLDER})"
    for writing in (training, analysing, drawing):
        writing.add_argument("--build", type=Path, default=Path(DEFAULT_FOLDER), help=folder)
    return main


def main() -> None:
    """Run the stage given on the command line."""
    options = parser().parse_args()
    options.function(options)
