"""The identity of a run and its record: inputs, configuration, commit and costs."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import time
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from texloom.machine import kind as machine
from texloom.machine.cores import PER_TRAINING
from texloom.machine.git import git
from texloom.staleness.made_from import MadeFrom, Recording
from texloom.staleness.recording.reads import is_litter

COSTS = ("seconds", "peak_mib", "processor")
"""The keys of a run's costs in its record; no document prints them."""


def combine(*parts: Any) -> str:
    """One digest of several JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def identity_of(key: MadeFrom, config: dict[str, Any], seed: int, cores: int) -> str:
    """The digest that identifies a run: two runs with the same identity are the same training."""
    return combine(key.code, config, seed, key.data, key.versions, key.environment, cores)


def git_state() -> tuple[str, bool]:
    """The commit, and whether the working tree differs from it; ("unknown", True) outside a checkout or without git.

    Does not depend on the user: files ignored by the user's global git settings count, except those that systems and
    editors create beside others.
    """
    commit = git("rev-parse", "HEAD")
    status = git("-c", f"core.excludesFile={os.devnull}", "status", "--porcelain", "--untracked-files=normal", "-z")
    if commit.returncode or status.returncode:
        return "unknown", True
    entries = status.stdout.rstrip("\0").split("\0") if status.stdout else []
    litter = (each.startswith("?? ") and is_litter(PurePath(each[3:]).name) for each in entries)
    return commit.stdout.strip(), not all(litter)


@dataclass
class Recorder:
    """Collects run.json: the identity of the result at the start, its reads and costs at the end."""

    made: Recording
    record: dict[str, Any]
    started: float = field(default_factory=time.perf_counter)

    @classmethod
    def start(
        cls, made: Recording, experiment: str, config: dict[str, Any], seed: int, cores: int = PER_TRAINING
    ) -> Recorder:
        """Fix the identity before the training begins, so that edits made while it runs do not become part of it.

        made: the key, and the recording of reads. cores: cores of one operation, 0 for all; the last digits depend on
        it.
        """
        commit, dirty = git_state()
        return cls(
            made,
            {
                "experiment": experiment,
                "identity": identity_of(made.key, config, seed, cores),
                "seed": seed,
                "cores": cores,
                "config": config,
                "commit": commit,
                "dirty": dirty,
                "kind": machine.kind(),
            },
        )

    @property
    def identity(self) -> str:
        return self.record["identity"]

    def finish(self, earlier: float = 0.0) -> dict[str, Any]:
        """The record with the reads and the costs: wall time in s, peak memory in MiB, processor.

        earlier: time that killed processes spent on the same training, in s.
        """
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        seconds = round(earlier + time.perf_counter() - self.started, 1)
        costs = {"seconds": seconds, "peak_mib": round(peak), "processor": machine.processor()}
        return self.record | self.made.finish().to_json() | costs
