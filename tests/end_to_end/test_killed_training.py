"""A killed training resumes and ends with exactly the result it would have had."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from tests.end_to_end.conftest import PYTHON, Checkout

pytestmark = pytest.mark.slow

EPOCHS, BATCH = 40, 32
SETTINGS = {
    "epochs": EPOCHS,
    "batch": BATCH,
    "hidden": "[64]",
    "training_images": 4000,
    "validation": 200,
    "test_images": 40,
    "tuning_images": 2,
    "masked_epochs": 1,
    "position_epochs": 1,
    "images_per_position": 1,
}


def command(build: Path) -> list[str]:
    settings = [option for name, value in SETTINGS.items() for option in ("--set", f"{name}={value}")]
    train = [PYTHON, "-m", "experiments", "train", "denoising_autoencoder", "--checkpoint-every", "0"]
    return [*train, *settings, "--build", str(build)]


def test_a_killed_training_resumes_to_the_same_metrics(checkout: Checkout, tmp_path: Path) -> None:
    metrics = "runs/denoising_autoencoder/seed-0/metrics.json"
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    finished = checkout.run(*command(whole))
    assert finished.returncode == 0, finished.stderr
    state = killed / "checkpoints" / "denoising_autoencoder" / "seed-0.npz"
    process = subprocess.Popen(
        command(killed), cwd=checkout.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not state.exists():
        assert process.poll() is None
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert not (killed / metrics).exists()
    with np.load(state) as stored:
        done = int(stored["iteration"]) // ((4000 - 200) // BATCH)
    assert 0 < done < EPOCHS
    finished = checkout.run(*command(killed))
    assert finished.returncode == 0, finished.stderr
    assert (killed / metrics).read_bytes() == (whole / metrics).read_bytes()
    history = metrics.replace("metrics.json", "history.csv")
    assert (killed / history).read_bytes() == (whole / history).read_bytes()
    assert not state.exists()
