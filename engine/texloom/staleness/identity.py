"""What a run is the result of: code, configuration, seed, data, libraries; its record, and whether that still holds."""

from __future__ import annotations

import hashlib
import json
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from texloom import manifest
from texloom.data.declared import data_digests
from texloom.machine import kind as machine
from texloom.machine.cores import PER_TRAINING
from texloom.staleness.closure import distributions, external, import_graph, import_path, modules, source_path
from texloom.staleness.code import code_digest

RETURN_NOTHING = ("texloom.errors", "texloom.training.live", "texloom.training.progress")
"""Modules that belong to no result, because no training gets a value from them: `make check` proves it."""

STAGES = {"train": "texloom.training.stage", "analysis": "texloom.training.analysis"}
"""What calls an experiment's own stage module, by its name."""


def stage_modules(experiment: str) -> list[str]:
    """The modules that a run of the experiment starts from: its own, and the engine's stage, which calls them."""
    stage = manifest.stage_of(experiment)
    own = [name for name in (stage, "config", "metrics") if Path("experiments", experiment, f"{name}.py").exists()]
    return [*(f"experiments.{experiment}.{name}" for name in own), STAGES[stage]]


def run_code(experiment: str) -> dict[str, str]:
    """Digest of the code of each module that a run of the experiment can reach, by the file's import path."""
    graph = import_graph()
    names = {name for module in stage_modules(experiment) for name in modules(module, graph, RETURN_NOTHING)}
    return {import_path(name): code_digest(source_path(name)) for name in sorted(names)}


def library_versions(experiment: str) -> dict[str, str]:
    """Python's version, numpy's, and those of the installed libraries that the code of a run imports."""
    graph, installed = import_graph(), distributions()
    packages = {name for module in stage_modules(experiment) for name in external(module, graph, RETURN_NOTHING)}
    libraries = {"numpy", *(library for package in packages for library in installed.get(package, []))}
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in sorted(libraries)}


def combine(*parts: Any) -> str:
    """One digest of several JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def git_state() -> tuple[str, bool]:
    """The commit and whether the tree differs from it; ("unknown", True) outside a git checkout."""
    command = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True)
    status = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True)
    if commit.returncode or status.returncode:
        return "unknown", True
    return commit.stdout.strip(), bool(status.stdout.strip())


class Current(NamedTuple):
    """What a training of an experiment would be made of now."""

    code: dict[str, str]
    """Digests by file."""
    data: dict[str, str]
    versions: dict[str, str]

    @classmethod
    def of(cls, experiment: str) -> Current:
        return cls(run_code(experiment), data_digests(experiment), library_versions(experiment))


@dataclass
class Recorder:
    """Gathers run.json: what identifies the result at the start, what it cost at the end."""

    record: dict[str, Any]
    started: float = field(default_factory=time.perf_counter)

    @classmethod
    def start(
        cls,
        experiment: str,
        config: dict[str, Any],
        seed: int,
        cores: int = PER_TRAINING,
        options: Sequence[str] = (),
    ) -> Recorder:
        """Fix the identity before the training begins: an edit made while it runs is not taken for its code.

        cores: of one operation, 0 for all; the last digits depend on it. options: those on the command line that make
        this another training than the report's.
        """
        code, data, versions = Current.of(experiment)
        commit, dirty = git_state()
        return cls(
            {
                "experiment": experiment,
                "identity": combine(code, config, seed, data, versions, cores),
                "seed": seed,
                "cores": cores,
                "options": list(options),
                "config": config,
                "commit": commit,
                "dirty": dirty,
                "code": code,
                "data": data,
                "versions": versions,
                "kind": machine.kind(),
            }
        )

    @property
    def identity(self) -> str:
        return self.record["identity"]

    def finish(self, earlier: float = 0.0) -> dict[str, Any]:
        """The record with what it cost: wall time in s, this process's peak memory in MiB, on which processor.

        earlier: what killed processes worked on the same training, in s.
        """
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        seconds = round(earlier + time.perf_counter() - self.started, 1)
        return self.record | {"seconds": seconds, "peak_mib": round(peak), "processor": machine.processor()}


def stale_parts(record: dict[str, Any], now: Current | None = None) -> list[str]:
    """What has changed since a run was made: code, data, libraries; empty when the run is current."""
    now = now or Current.of(record["experiment"])
    code, data, versions = (_changes(record[name], getattr(now, name)) for name in Current._fields)
    return [
        *code,
        *(f"data {name}" for name in data),
        *(f"{name} {before or 'none'} → {after or 'none'}" for name, (before, after) in versions.items()),
    ]


def _changes(before: dict[str, str], now: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """The entries that are new, gone or different, with both values; None where there is none."""
    names = sorted(before.keys() | now.keys())
    return {name: (before.get(name), now.get(name)) for name in names if before.get(name) != now.get(name)}
