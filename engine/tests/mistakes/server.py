"""Runs the engine's commands in forked children of one process, which has imported everything that they import.

A build takes a fraction of a second this way. It is the real one, except that its stages run one after the other,
without Snakemake. Reads one request in a line of JSON from the standard input, and answers in one line: exit code and
output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from importlib import import_module
from typing import Any

LIBRARIES = (
    *("jinja2", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_pdf", "matplotlib.figure"),
    *("matplotlib.pyplot", "numpy", "numpy.random", "pydantic", "pylatex", "grimp", "psutil", "tomlkit"),
)
ENGINE = (
    *("__main__", "commands.building.build", "commands.building.workflow", "commands.new", "commands.stages"),
    *("commands.accept", "document.document", "document.lint", "document.checks", "results.plotting", "results.tables"),
    *("training.analysis", "training.configuration", "commands.building.publish", "document.summary"),
)
MODULES = {
    "texloom": "texloom.__main__",
    "experiments": "texloom.commands.stages",
    "texloom.commands.building.workflow": "texloom.commands.building.workflow",
}
"""The modules that are run with `python -m`, and those that define their `main`."""


def forked(module: str, *arguments: str) -> int:
    """Run a command in a child; its exit code, or minus the signal that killed it."""
    sys.stdout.flush()
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        from texloom.commands.entry import run_command

        sys.argv = [module, *arguments]
        try:
            run_command(import_module(MODULES[module]).main)
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException:
            traceback.print_exc()
        for each in (sys.stdout, sys.stderr):
            if each is not None:
                each.flush()
    finally:
        os._exit(code)


def stage(job: Any, profile: str, build: str) -> list[str]:
    """The command of a job, as in the Snakefile."""
    which = job.wildcards
    if job.rule == "check":
        return ["texloom", "check", "--out", f"{build}/checks.json"]
    if job.rule == "theory_figures":
        return ["texloom", "theory-figures", "--out", f"{build}/figures/theory"]
    if job.rule == "analyse":
        return ["experiments", "analyse", which["experiment"], "--seed", which["seed"], "--build", build]
    if job.rule == "draw":
        from texloom import manifest

        seeds = map(str, manifest.load().experiments[which["experiment"]].seeds)
        return ["experiments", "figures", which["experiment"], "--seeds", *seeds, "--build", build]
    return ["texloom", "document", "--profile", profile, *(["--theory"] if job.rule == "theory_document" else [])]


def without_snakemake() -> None:
    """Let builds run their stages in children of their own."""
    from texloom import manifest
    from texloom.commands.building import workflow
    from texloom.machine import processes

    def make(_target: str, configuration: Any, planned: Any) -> None:
        build = manifest.load().profile(configuration["profile"]).folder
        for job in planned.values():
            if forked(*stage(job, configuration["profile"], build)):
                sys.exit(1)

    def run(command: Any, **options: Any) -> Any:
        if list(command[:2]) == [sys.executable, "-m"] and command[2] in MODULES:
            return subprocess.CompletedProcess(command, forked(*command[2:]))
        return in_another_process(command, **options)

    in_another_process, processes.run, workflow.make = processes.run, run, make


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run the command of a request in its folder."""
    with tempfile.TemporaryFile() as output:
        if not (child := os.fork()):
            os.chdir(request["folder"])
            sys.path.insert(0, request["folder"])
            os.environ.update(request["environment"])
            for number in (1, 2):
                os.dup2(output.fileno(), number)
            sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, "w" if number else "r") for number in (0, 1, 2))
            os._exit(forked(*request["command"]) % 256)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        output.seek(0)
        return {"code": code, "said": output.read().decode(errors="backslashreplace")}


if __name__ == "__main__":
    requests, answers = (os.fdopen(os.dup(number), mode) for number, mode in ((0, "r"), (1, "w")))
    with open(os.devnull) as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    for name in LIBRARIES:
        import_module(name)
    for name in ENGINE:
        import_module(f"texloom.{name}")
    without_snakemake()
    for line in requests:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
