"""The stage of a training: TensorFlow is started, determinism turned on, the experiment trained.

This module belongs to the identity of every training, as all that it imports does. What only looks at a training, or
names it, is in `texloom.commands.stages`.
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
    """Import TensorFlow for so many cores, with operations whose results do not depend on timing.

    Call it before a module is imported that imports TensorFlow itself.
    """
    import_quietly(cores)
    importlib.import_module("texloom.training.loop").enable_determinism()


def train(experiment: str, config: Configuration, seed: int, checkpoint: Checkpoint | None = None) -> RunWriter:
    """Train an experiment with a seed; returns its results, not yet written."""
    run = RunWriter(importlib.import_module(f"experiments.{experiment}.metrics").METRICS)
    importlib.import_module(f"experiments.{experiment}.train").train(config, seed, run, checkpoint)
    return run
