"""The stage of a training that does not import TensorFlow, such as one with PyTorch or only numpy.

This module and all its imports belong to the identity of every such training.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from texloom.machine.cores import limit_linear_algebra
from texloom.results.writer import RunWriter
from texloom.training.configuration import Configuration

if TYPE_CHECKING:
    from texloom.training.checkpoint import Checkpoint


def train(
    experiment: str,
    config: Configuration,
    seed: int,
    checkpoint: Checkpoint | None = None,
    *,
    cores: int,
) -> RunWriter:
    """Train an experiment with a seed on `cores` cores, 0 for all; return its results, not yet written."""
    if cores:
        limit_linear_algebra(cores)
    run = RunWriter(importlib.import_module(f"experiments.{experiment}.metrics").METRICS)
    importlib.import_module(f"experiments.{experiment}.train").train(config, seed, run, checkpoint)
    return run
