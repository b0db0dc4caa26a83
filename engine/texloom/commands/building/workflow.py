"""Snakemake as every build calls it, in a process of its own, which sees each edit of code afresh.

python -m texloom.commands.building.workflow report --profile smoke          makes what is out of date
python -m texloom.commands.building.workflow report --profile smoke --plan   prints the jobs that this would be, as JSON

Which runs are out of date is judged here, from their records; Snakemake is told to make them again. For all else it
looks at files (by content; modification times only say where to look), at the set of them, and at parameters.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from texloom import staleness
from texloom.commands.entry import run_command
from texloom.errors import ReportError
from texloom.machine.lock import build_lock
from texloom.staleness.jobs import Job, changed

SNAKEFILE = Path(*staleness.__path__, "Snakefile")
PLAN = "--plan"
"""Ends a command line that only asks what would be done."""
TRIGGERS = ("mtime", "params", "input")
"""What Snakemake looks at; a rule's shell line is no reason to train again."""
FORCED_RULES = {
    "report": ("check", "train", "analyse"),
    "theory": ("check",),
    "figures": ("train", "analyse"),
    "notebooks": ("train", "analyse"),
}
"""What FORCE=1 runs again; the rest follows. Only what the target needs is in the graph, so only that is forced."""


def command(target: str, profile: str, *, experiment: str = "", force: bool = False, plan: bool = False) -> list[str]:
    """The command line of this module."""
    options = [*(["--experiment", experiment] if experiment else []), *(["--force"] if force else [])]
    options += [PLAN] if plan else []
    return [sys.executable, "-m", __spec__.name, target, "--profile", profile, *options]


def make(target: str, configuration: Mapping[str, Any], forced: Sequence[str]) -> None:
    """Make a target, and exit with Snakemake's exit code: 0, or 1 when something has failed.

    No lock of Snakemake's: ours dies with its process. What a killed build left is made anew.
    """
    from snakemake.cli import main as snakemake

    from texloom.machine.kind import usable_memory

    options = ["--cores", "all", "--nolock", "--rerun-incomplete", "--latency-wait", "2", "--scheduler", "greedy"]
    options += ["--rerun-triggers", *TRIGGERS, "--resources", f"mem_mb={usable_memory()}", "--quiet", "all"]
    options += ["--forcerun", *forced] if forced else []
    # Each value is read as YAML: in quotes a text stays one, and with spaces around them the quotes stay.
    options += ["--config", *(f"{name}= {json.dumps(value)} " for name, value in configuration.items())]
    snakemake([target, "--snakefile", str(SNAKEFILE), *options])


def jobs(
    target: str, configuration: Mapping[str, Any], forced: Sequence[str], stale: Mapping[str, Sequence[str]]
) -> list[Job]:
    """The jobs of a target, in an order in which they can be done.

    stale: for each run that is forced because it is out of date, what of it changed. Where there can be no plan,
    Snakemake says why, and the process exits with 1.
    """
    from snakemake.api import SnakemakeApi
    from snakemake.settings.enums import Quietness, RerunTrigger
    from snakemake.settings.types import (
        ConfigSettings,
        DAGSettings,
        ExecutionSettings,
        OutputSettings,
        ResourceSettings,
    )

    silent = {Quietness.RULES, Quietness.PROGRESS}  # with exactly these, it stops when the plan is made
    output = OutputSettings(dryrun=True, quiet=silent, log_level_override=logging.ERROR, enable_file_logging=False)
    wanted = DAGSettings(
        targets={target},
        forcerun=set(forced),
        force_incomplete=True,
        rerun_triggers={RerunTrigger[name.upper()] for name in TRIGGERS},
    )
    with SnakemakeApi(output) as snakemake:
        try:
            workflow = snakemake.workflow(
                ResourceSettings(cores=os.cpu_count()), ConfigSettings(dict(configuration)), snakefile=SNAKEFILE
            )
            workflow.dag(wanted).execute_workflow("dryrun", execution_settings=ExecutionSettings(lock=False))
            # Private, for nothing public gives the reasons as data: the API prints them, logger plugins get a sentence.
            return list(_jobs(workflow._workflow.dag, stale))
        except OSError:  # a full disk, a read-only folder: told as in every command
            raise
        except Exception as error:  # of whatever kind: Snakemake knows how to tell its own
            snakemake.print_exception(error)
            sys.exit(1)


def _jobs(dag: Any, stale: Mapping[str, Sequence[str]]) -> Iterator[Job]:
    def place(job: Any) -> tuple[int, str, list[tuple[int, str]]]:
        """The urgent first, then by name, and numbers by their size."""
        return -job.priority, job.rule.name, [(len(value), value) for value in job.wildcards_dict.values()]

    for layer in dag.toposorted(set(dag.needrun_jobs())):
        for job in sorted(layer, key=place):
            if not job.rule.norun:  # those only gather
                changes = [part for output in job.output for part in stale.get(output, ())]
                yield Job(job.rule.name, job.wildcards_dict, tuple(_reasons(dag.reason(job), changes)))


def _reasons(reason: Any, changes: Sequence[str]) -> Iterator[str]:
    """Snakemake's reason in our words."""
    if changes:
        yield changed(changes)
    elif reason.forced:
        yield "forced"
    if reason.missing_output or reason.incomplete_output:
        yield "not made yet"
    elif files := reason.updated_input - reason.updated_input_run:
        yield changed(sorted(files))
    if reason.updated_input_run:
        yield "what it is made from is made anew"
    if reason.input_changed:
        yield "it has other inputs than before"
    if reason.params_changed:
        yield "its settings changed"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    main = argparse.ArgumentParser(prog="python -m texloom.commands.building.workflow")
    main.add_argument("target", choices=sorted(FORCED_RULES))
    main.add_argument("--profile", default="report")
    main.add_argument("--experiment", default="", help="only this one's figures, or notebook")
    main.add_argument("--force", action="store_true", help="rerun although nothing has changed")
    main.add_argument(PLAN, action="store_true", help="only print what would be done")
    return main


def main() -> None:
    """Make the target, or print the plan."""
    options = parser().parse_args()
    # Late, for whoever only wants the command line:
    from texloom.commands.building.damage import remove_damaged
    from texloom.document.lint import lint
    from texloom.staleness.experiments import check_experiment
    from texloom.staleness.plan import Plan

    plan = Plan.load(options.profile)
    chosen = [options.experiment] if options.experiment else list(plan.manifest.experiments)
    for experiment in chosen if options.target != "theory" else ():
        check_experiment(experiment)
    if options.target == "report":
        lint(plan.manifest)  # trainings would be in vain
    if options.plan:
        with suppress(ReportError), build_lock():  # while a build runs, what looks unfinished is its own
            remove_damaged(plan.build)
    stale = {} if options.target == "theory" else plan.stale_runs(chosen)
    forced = [*(FORCED_RULES[options.target] if options.force else []), *stale]
    configuration = {"profile": options.profile, "experiments": chosen}
    if not options.plan:
        make(options.target, configuration, forced)
    with redirect_stdout(sys.stderr):  # whatever an experiment's package may print
        planned = jobs(options.target, configuration, forced, stale)
    print(json.dumps([asdict(job) for job in planned]))


if __name__ == "__main__":
    run_command(main)
