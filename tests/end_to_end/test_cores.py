"""The same training gives the same bytes on one core and on all cores."""

from __future__ import annotations

import os
import subprocess
from functools import partial
from pathlib import Path

import pytest

from tests.end_to_end.conftest import PYTHON, Checkout
from texloom.machine import cores

pytestmark = pytest.mark.slow

SETTINGS = ("epochs=1", "hidden=[1024]", "batch=1000", "training_images=12000", "test_images=100", "tuning_images=2")
"""The matrices are so large that they are shared among all cores if that is allowed."""


def train(checkout: Checkout, build: Path, on: set[int]) -> Path:
    """A short training that may use these cores; returns the folder of its run."""
    command = [PYTHON, "-m", "experiments", "train", "denoising_autoencoder", "--no-tensorboard", "--build", str(build)]
    for setting in SETTINGS:
        command += ["--set", setting]
    confined = partial(os.sched_setaffinity, 0, on)
    finished = subprocess.run(command, cwd=checkout.folder, capture_output=True, text=True, preexec_fn=confined)
    assert finished.returncode == 0, finished.stderr
    return build / "runs" / "denoising_autoencoder" / "seed-0"


@pytest.mark.skipif(cores.available() < 2, reason="needs two cores")
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs a system that can confine a process to a core")
def test_results_do_not_depend_on_the_number_of_cores(checkout: Checkout, tmp_path: Path) -> None:
    everything = os.sched_getaffinity(0)
    one = train(checkout, tmp_path / "one", {min(everything)})
    all_of_them = train(checkout, tmp_path / "all", everything)
    for name in ("metrics.json", "history.csv", "weights.npz"):
        assert (one / name).read_bytes() == (all_of_them / name).read_bytes(), name
