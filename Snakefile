"""What is out of date, and how it is made. Public verbs are in the Makefile; what a rule depends on, in engine/texloom/staleness/plan.py."""

import os
import shlex
import sys

sys.path.insert(0, os.getcwd())
from texloom.machine.kind import TRAINING_MEMORY
from texloom.staleness.plan import Plan

PLAN = Plan.load(config.get("profile", "report"))
BUILD = PLAN.build
PYTHON = shlex.quote(sys.executable)
SMOKE = "--smoke" if PLAN.profile.smoke else ""
PROFILE = config.get("profile", "report")


wildcard_constraints:
    experiment="|".join(PLAN.manifest.experiments) or "none",
    seed=r"-?\d+",


rule report:
    input:
        f"{BUILD}/tex/report.pdf",
        PLAN.results(),  # named here, too, so that one that was removed is made again although the PDF is there


rule theory:
    input:
        f"{BUILD}/theory/report.pdf",
        PLAN.theory_results(),


rule figures:
    input:
        [f"{BUILD}/figures/{name}/index.json" for name in config.get("experiments", PLAN.manifest.experiments)],


rule notebooks:
    input:
        [f"{BUILD}/tangled/{name}.ipynb" for name in config.get("experiments", PLAN.manifest.experiments)],


rule data:
    output:
        "data/{name}/SHA256SUMS",
    priority: 1000  # before any training
    shell:
        "{PYTHON} -m experiments data {wildcards.name}"


rule check:
    input:
        PLAN.check_inputs(),
    output:
        f"{BUILD}/checks.json",
    shell:
        "{PYTHON} -m texloom check --out {output}"


rule theory_figures:
    input:
        PLAN.theory_code(),
    output:
        f"{BUILD}/figures/theory/index.json",
    shell:
        "{PYTHON} -m texloom theory-figures --out {BUILD}/figures/theory"


rule train:
    input:
        lambda wildcards: PLAN.train_inputs(wildcards.experiment),
    output:
        BUILD + "/runs/{experiment}/seed-{seed}/run.json",
    params:
        identity=lambda wildcards: PLAN.train_parameters(int(wildcards.seed)),
    priority: lambda wildcards: PLAN.priority(wildcards.experiment)
    resources:
        mem_mb=TRAINING_MEMORY,
    shell:
        "TQDM_DISABLE=1 {PYTHON} -m experiments train {wildcards.experiment} --seed {wildcards.seed} {SMOKE} --build {BUILD}"


rule draw:
    input:
        lambda wildcards: PLAN.runs(wildcards.experiment),
        lambda wildcards: PLAN.figure_code(wildcards.experiment),
    output:
        BUILD + "/figures/{experiment}/index.json",
    params:
        seeds=lambda wildcards: " ".join(map(str, PLAN.manifest.experiments[wildcards.experiment].seeds)),
    shell:
        "{PYTHON} -m experiments figures {wildcards.experiment} --seeds {params.seeds} --build {BUILD}"


rule tangle:
    input:
        lambda wildcards: PLAN.runs(wildcards.experiment),
        lambda wildcards: PLAN.notebook_code(wildcards.experiment),
    output:
        BUILD + "/tangled/{experiment}.ipynb",
    params:
        part=lambda wildcards: PLAN.notebook_part(wildcards.experiment),
    resources:
        mem_mb=TRAINING_MEMORY,
    shell:
        "{PYTHON} -m texloom tangle {wildcards.experiment} --profile {PROFILE} --out {output}"


rule theory_document:
    input:
        PLAN.theory_text(),
        PLAN.theory_results(),
    output:
        f"{BUILD}/theory/report.pdf",
    shell:
        "{PYTHON} -m texloom document --theory --profile {PROFILE}"


rule document:
    input:
        PLAN.report_text(),
        PLAN.results(),
    output:
        f"{BUILD}/tex/report.pdf",
    shell:
        "{PYTHON} -m texloom document --profile {PROFILE}"
