"""Run Snakemake for a build, in a separate process, which imports the current code.

python -m texloom.commands.building.workflow report --profile smoke          builds what is out of date
python -m texloom.commands.building.workflow report --profile smoke --plan   prints the jobs as JSON

This module decides what is out of date, from the recorded inputs of each result; Snakemake is told to make exactly
these results, in the right order and in parallel.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Any

from texloom import staleness
from texloom.commands.building.failures import GOES_ON, Failures
from texloom.commands.entry import run_command
from texloom.data import declared
from texloom.errors import ReportError
from texloom.machine import bytecode, processes
from texloom.machine.records import RECORDS
from texloom.results.written import workflow_marks
from texloom.staleness import environment
from texloom.staleness.jobs import Job

SNAKEFILE = Path(*staleness.__path__, "Snakefile")
PLAN = "--plan"
"""The option to print the plan only; last on the command line."""
TRIGGER = "software-env"
"""The only rerun trigger for Snakemake, which requires one; it has no effect, because no rule names an environment."""
SHARED = (
    *("persistence", "input-output", "software-deployment", "software-deployment-cache", "sources"),
    "storage-local-copies",
)
"""Everything except the source cache.

Leaving it out makes Snakemake put this cache among the temporary files instead of the user's home.
"""
INCOMPLETE = RECORDS / "incomplete"
"""Snakemake's marks of unfinished outputs; not needed, because damaged results are detected by their seals."""
FORCED_RULES = {
    "report": ("check", "train", "analyse"),
    "theory": ("check",),
    "figures": ("train", "analyse"),
    "notebooks": ("train", "analyse"),
}
"""The rules that FORCE=1 reruns; everything that depends on them is rerun as well.

Only rules that the target needs are forced.
"""


def command(target: str, profile: str, *, experiment: str = "", force: bool = False, plan: bool = False) -> list[str]:
    """The command line of this module."""
    options = [*(["--experiment", experiment] if experiment else []), *(["--force"] if force else [])]
    options += [PLAN] if plan else []
    return [sys.executable, "-m", __spec__.name, target, "--profile", profile, *options]


def make(target: str, configuration: Mapping[str, Any], planned: Mapping[Path, Job]) -> None:
    """Build a target, and exit with Snakemake's exit code: 0, or 1 if a stage failed.

    Raises the exception that stopped Snakemake itself.
    planned: the jobs by output file. Snakemake's lock is not used: ours is freed when its process dies.
    """
    from snakemake.cli import main as snakemake
    from snakemake.logging import logger

    from texloom.machine.kind import usable_memory

    for mark in workflow_marks(INCOMPLETE, ["."]):
        mark.unlink()
    os.environ.update(environment.FIXED)
    options = ["--cores", "all", "--nolock", "--rerun-incomplete", "--latency-wait", "2", "--scheduler", "greedy"]
    options += ["--rerun-triggers", TRIGGER, "--resources", f"mem_mb={usable_memory()}", "--quiet", "all"]
    options += ["--shared-fs-usage", *SHARED, "--forcerun", *(path.as_posix() for path in planned)]
    # Snakemake parses the values as YAML. Quotes make sure that a string stays a string, and the spaces around the
    # quotes keep Snakemake from removing them.
    options += ["--config", *(f"{name}= {json.dumps(value)} " for name, value in configuration.items())]
    failures = Failures({path.as_posix(): job.name for path, job in planned.items()})
    logger.addFilter(failures.filter_record)
    try:
        snakemake([target, "--snakefile", str(SNAKEFILE), *options])
    finally:
        failures.report_all()


def fetch_missing(experiments: Sequence[str]) -> None:
    """Fetch the missing data of experiments, before planning: what is out of date depends on their content.

    Exits with the exit code of a failed command. Raises ReportError if one was killed.
    """
    for name in declared.missing(experiments):
        code = processes.run([sys.executable, "-m", "experiments", "data", name]).returncode
        if killed := processes.ended(code):
            raise ReportError(f"data {name}", f"the process that fetches them {killed}", GOES_ON)
        if code:
            sys.exit(code)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    main = argparse.ArgumentParser(prog="python -m texloom.commands.building.workflow")
    main.add_argument("target", choices=sorted(FORCED_RULES))
    main.add_argument("--profile", default="report")
    main.add_argument("--experiment", default="", help="build only the figures, or notebook, of this experiment")
    main.add_argument("--force", action="store_true", help="rerun even if nothing has changed")
    main.add_argument(PLAN, action="store_true", help="only print the plan")
    return main


def main() -> None:
    """Build the target, or print the plan."""
    options = parser().parse_args()
    # Imported late, because other modules import this one for its command line:
    from texloom.document.lint import lint
    from texloom.staleness.experiments import check_experiment
    from texloom.staleness.plan import Plan, align_times

    plan = Plan.load(options.profile)
    chosen = [options.experiment] if options.experiment else list(plan.manifest.experiments)
    for experiment in chosen if options.target != "theory" else ():
        check_experiment(experiment)
    if options.target == "report":
        lint(plan.manifest)  # before any training
    with redirect_stdout(sys.stderr):  # for output of an experiment's package
        if options.target != "theory":
            plan.refuse_damaged_runs(chosen)
            plan.refuse_runs_made_by_hand(chosen)
            if not options.plan:  # a plan fetches nothing
                fetch_missing(chosen)
        planned = plan.jobs(options.target, chosen, FORCED_RULES[options.target] if options.force else ())
    if options.plan:
        print(json.dumps([asdict(job) for job in planned.values()]))
        return
    plan.digests.keep()
    if planned:
        align_times(plan.steps(options.target, chosen), planned)
        configuration = {"profile": options.profile, "experiments": chosen}
        make(options.target, configuration, planned)


if __name__ == "__main__":
    bytecode.ignore()
    run_command(main)
