"""The stage of an experiment without training; TensorFlow is not imported.

This module and all its imports belong to the identity of every analysis.
"""

from __future__ import annotations

import importlib

from texloom.machine.cores import limit_linear_algebra
from texloom.results.writer import RunWriter
from texloom.training.configuration import Configuration


def analyse(experiment: str, config: Configuration, seed: int, cores: int) -> RunWriter:
    """Run an analysis with a seed on `cores` cores, 0 for all; return its results, not yet written."""
    if cores:
        limit_linear_algebra(cores)
    run = RunWriter(importlib.import_module(f"experiments.{experiment}.metrics").METRICS)
    importlib.import_module(f"experiments.{experiment}.analysis").analyse(config, seed, run)
    return run
