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
    """Import TensorFlow for so many cores, 0 for all, with operations whose results do not depend on timing.

    What imports TensorFlow before a training may call it earlier, to import quietly; a second call changes nothing.
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
    """Train an experiment with a seed on so many cores, 0 for all; returns its results, not yet written."""
    start(cores)
    run = RunWriter(importlib.import_module(f"experiments.{experiment}.metrics").METRICS)
    importlib.import_module(f"experiments.{experiment}.train").train(config, seed, run, checkpoint)
    return run
