"""The stage of a training: start TensorFlow, enable determinism, train the experiment.

This module and all its imports belong to the identity of every training. Code that does not affect results, such as the
command line and the live view, is in `texloom.commands.stages`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from texloom.results.writer import RunWriter
from texloom.training.configuration import Configuration
from texloom.training.startup import import_quietly

if TYPE_CHECKING:
    from texloom.training.checkpoint import Checkpoint


def start(cores: int) -> None:
    """Import TensorFlow for `cores` cores, 0 for all, with operations whose results do not depend on timing.

    Code that imports TensorFlow before a training may call this first, to import quietly; it can be called twice.
    """
    import_quietly(cores)
    from texloom.training.loop import enable_determinism  # not at the top: it imports TensorFlow

    enable_determinism()


def train(
    experiment: str,
    config: Configuration,
    seed: int,
    checkpoint: Checkpoint | None = None,
    *,
    cores: int,
) -> RunWriter:
    """Train an experiment with a seed on `cores` cores, 0 for all; return its results, not yet written."""
    start(cores)
    run = RunWriter(importlib.import_module(f"experiments.{experiment}.metrics").METRICS)
    importlib.import_module(f"experiments.{experiment}.train").train(config, seed, run, checkpoint)
    return run
