"""Snakemake as every build calls it, in a process of its own, which sees each edit of code afresh.

python -m texloom.commands.building.workflow report --profile smoke          makes what is out of date
python -m texloom.commands.building.workflow report --profile smoke --plan   prints the jobs that this would be, as JSON

What is out of date is judged here, from what each result says that it is made from; Snakemake is told to make that, and
does it in the right order and side by side.
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
"""Ends a command line that only asks what would be done."""
TRIGGER = "software-env"
"""What Snakemake looks at by itself; it wants one, and no rule names an environment of its own."""
SHARED = (
    *("persistence", "input-output", "software-deployment", "software-deployment-cache", "sources"),
    "storage-local-copies",
)
"""All but Snakemake's cache of sources, which would be in the user's home: so it is among the temporary files."""
INCOMPLETE = RECORDS / "incomplete"
"""Snakemake's marks of what was not finished; a result that is not whole says so itself."""
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


def make(target: str, configuration: Mapping[str, Any], planned: Mapping[Path, Job]) -> None:
    """Make a target, and exit with Snakemake's exit code: 0, or 1 when a stage has failed.

    Raises what stopped Snakemake itself.
    planned: the files to make, and by what. No lock of Snakemake's: ours dies with its process.
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
    # Each value is read as YAML: in quotes a text stays one, and with spaces around them the quotes stay.
    options += ["--config", *(f"{name}= {json.dumps(value)} " for name, value in configuration.items())]
    failures = Failures({path.as_posix(): job.name for path, job in planned.items()})
    logger.addFilter(failures.hear)
    try:
        snakemake([target, "--snakefile", str(SNAKEFILE), *options])
    finally:
        failures.tell_all()


def fetch_missing(experiments: Sequence[str]) -> None:
    """Fetch the data that experiments declare and that are not there: what is out of date depends on their content.

    Exits with the exit code of a command that fails. Raises ReportError where one was ended from outside.
    """
    for name in declared.missing(experiments):
        code = processes.run([sys.executable, "-m", "experiments", "data", name]).returncode
        if said := processes.ended(code):
            raise ReportError(f"data {name}", f"the process that fetches them {said}", GOES_ON)
        if code:
            sys.exit(code)


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
    from texloom.document.lint import lint
    from texloom.staleness.experiments import check_experiment
    from texloom.staleness.plan import Plan, put_times_in_order

    plan = Plan.load(options.profile)
    chosen = [options.experiment] if options.experiment else list(plan.manifest.experiments)
    for experiment in chosen if options.target != "theory" else ():
        check_experiment(experiment)
    if options.target == "report":
        lint(plan.manifest)  # trainings would be in vain
    with redirect_stdout(sys.stderr):  # whatever an experiment's package may print
        if options.target != "theory":
            plan.refuse_damaged_runs(chosen)
            plan.refuse_runs_made_by_hand(chosen)
            if not options.plan:  # which only looks
                fetch_missing(chosen)
        planned = plan.jobs(options.target, chosen, FORCED_RULES[options.target] if options.force else ())
    if options.plan:
        print(json.dumps([asdict(job) for job in planned.values()]))
        return
    plan.digests.keep()
    if planned:
        put_times_in_order(plan.steps(options.target, chosen), planned)
        configuration = {"profile": options.profile, "experiments": chosen}
        make(options.target, configuration, planned)


if __name__ == "__main__":
    bytecode.ignore()
    run_command(main)
