"""What a result is the result of: code, configuration, seed, data and numeric libraries; and the record of a run."""

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

from texloom.data import declared
from texloom.errors import ReportError
from texloom.machine import kind as machine
from texloom.machine.cores import PER_TRAINING
from texloom.manifest import stage_of
from texloom.staleness.closure import source_files

NUMERIC_LIBRARIES = ("keras", "numpy", "pillow", "scikit-image", "scipy", "tensorflow")
"""Their versions belong to a result: another version may give other digits."""


def library_versions() -> dict[str, str]:
    """The versions of the numeric libraries, and Python's."""
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in NUMERIC_LIBRARIES}


def training_code(experiment: str) -> list[Path]:
    """The files that a run needs: the import closures of its train or analysis module, and of the stage itself."""
    stage = stage_of(experiment)
    modules = (f"experiments.{experiment}.{stage}", f"texloom.training.{'stage' if stage == 'train' else stage}")
    return sorted({file for module in modules for file in source_files(module)})


def code_digests(experiment: str) -> dict[str, str]:
    """sha256 of each file that a training of the experiment runs."""
    return {path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in training_code(experiment)}


def data_digests(experiment: str) -> dict[str, str]:
    """Digest of each data file, as its SHA256SUMS states it. Raises ReportError when the data are not there."""
    digests = {}
    for sums in declared.sums(experiment):
        if not sums.exists():
            raise ReportError(sums.parent, "the data are not there", f"python -m experiments data {sums.parent.name}")
        for line in sums.read_text(encoding="ascii").splitlines():
            digest, name = line.split(maxsplit=1)
            digests[f"{sums.parent.name}/{name}"] = digest
    return digests


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
        return cls(code_digests(experiment), data_digests(experiment), library_versions())


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

    def finish(self) -> dict[str, Any]:
        """The record with what it cost: wall time of this process in s, its peak memory in MiB, on which processor."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        seconds = round(time.perf_counter() - self.started, 1)
        return self.record | {"seconds": seconds, "peak_mib": round(peak), "processor": machine.processor()}


def stale_parts(record: dict[str, Any], now: Current | None = None) -> list[str]:
    """What has changed since a run was made: files, data, libraries; empty when the run is current."""
    now = now or Current.of(record["experiment"])
    before = record["code"]
    changed = [name for name in sorted({*now.code, *before}) if now.code.get(name) != before.get(name)]
    changed += [f"data {name}" for name in sorted(now.data) if record["data"].get(name) != now.data[name]]
    return changed + [
        f"{name} {record['versions'].get(name)} → {version}"
        for name, version in now.versions.items()
        if record["versions"].get(name) != version
    ]
