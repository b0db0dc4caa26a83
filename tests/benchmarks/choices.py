"""Which settings of the denoiser and of the variational autoencoder are best on held-out training images?

    python -m tests.benchmarks.choices                                      what has no row in docs/choices.md yet
    python -m tests.benchmarks.choices denoising_autoencoder 0.002 64       one candidate: rate and batch size

Each candidate is a training of the main network at full length with seed 0, with the report's settings but for a rate
and a batch size. What is measured is measured on held-out training images; no test image is read.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from texloom.commands.entry import run_command
from texloom.machine import kind as machine
from texloom.machine.cores import available
from texloom.training.startup import import_quietly

SEED = 0
TABLE = Path("docs/choices.md")

RATES_AND_BATCHES: Mapping[str, list[tuple[float, int]]] = {
    "denoising_autoencoder": [(1e-3, 32), (2e-3, 64), (2e-3, 128), (4e-3, 128)],
    "variational_autoencoder": [(3e-3, 128), (6e-3, 128), (4e-3, 256), (6e-3, 256)],
}
"""The candidates."""

MEASURES = {
    "denoising_autoencoder": "PSNR inside the patch (dB)",
    "variational_autoencoder": "bound of the main model (nats)",
}
"""What is measured on the held-out images; more is better."""


@dataclass(frozen=True)
class Trained:
    """A candidate, what it reached on the held-out images, and the processor time of its training in seconds."""

    experiment: str
    rate: float
    batch: int
    reached: float
    seconds: float


def denoiser(settings: Mapping[str, Any]) -> float:
    """The PSNR inside the patch, in dB, on the held-out images."""
    import numpy as np
    import tensorflow as tf

    from experiments.datasets import mnist
    from experiments.denoising_autoencoder import train as module
    from experiments.denoising_autoencoder.config import Config
    from experiments.denoising_autoencoder.evaluation import as_images, to_images
    from experiments.denoising_autoencoder.model import denoise
    from experiments.sample_quality.image_quality import psnr
    from texloom.training import loop

    config = Config().changed(dict(settings))
    first, kept = np.split(mnist.load("train").images[: config.training_images], [config.validation])
    learner = module.make_learners(config, SEED)["denoiser"]
    training = module.make_training("denoiser", learner, tf.constant(mnist.as_pixels(kept)), config, SEED)
    loop.run(training)
    held_out = tf.constant(mnist.as_pixels(first))
    corrupted = learner.corruption(held_out, loop.step_seed(SEED, -1))
    clean, _noisy, mask = as_images(held_out, corrupted)
    restored = np.clip(to_images(denoise(learner.network, corrupted.noisy, config.patch)), 0, 1)
    return psnr(clean, restored, mask)


def autoencoder(settings: Mapping[str, Any]) -> float:
    """The evidence lower bound of the main model, in nats, on the held-out images."""
    import numpy as np
    import tensorflow as tf

    from experiments.datasets import mnist
    from experiments.variational_autoencoder import train as module
    from experiments.variational_autoencoder.config import Config
    from experiments.variational_autoencoder.evaluation import HELD_OUT, make_bound
    from texloom.training import loop

    config = Config().changed(dict(settings))
    training = mnist.load("train")
    images = tf.constant(mnist.as_pixels(training.images[: config.training_images]))
    variants = {"bernoulli": module.build_variant(config.bernoulli, config, mnist.SIDE**2, SEED)}
    labels = training.labels[: config.training_images]
    loop.run(module.make_trainings(variants, {}, images, labels, config, SEED)["bernoulli"])
    model = variants["bernoulli"].model
    held_out = tf.constant(mnist.as_pixels(training.images[-config.held_out_images :]))
    x = model.likelihood.observe(held_out, loop.step_seed(SEED, HELD_OUT))
    terms = make_bound(model)(x, loop.step_seed(SEED, HELD_OUT, stream=1))
    return float(np.mean(terms.reconstruction) - np.mean(terms.kl))


TRAIN: Mapping[str, Callable[[Mapping[str, Any]], float]] = {
    "denoising_autoencoder": denoiser,
    "variational_autoencoder": autoencoder,
}


def train(experiment: str, rate: float, batch: int) -> Trained:
    """Train a candidate in this process."""
    import_quietly()
    from texloom.training import loop

    loop.enable_determinism()
    started = time.process_time()
    reached = TRAIN[experiment]({"learning_rate": rate, "batch": batch})
    return Trained(experiment, rate, batch, reached, time.process_time() - started)


def train_elsewhere(experiment: str, rate: float, batch: int) -> Trained:
    """Train in a process of its own. Raises RuntimeError with what that said when it fails."""
    command = [sys.executable, "-m", "tests.benchmarks.choices", experiment, str(rate), str(batch)]
    finished = subprocess.run(command, env=os.environ | {"TQDM_DISABLE": "1"}, capture_output=True, text=True)
    if finished.returncode:
        raise RuntimeError(f"{experiment} {rate} {batch}: {finished.stderr}")
    return Trained(**json.loads(finished.stdout.splitlines()[-1]))


ROW = re.compile(r"^\| (\w+) \| (\S+) \| (\d+) \| (\S+) \| (\d+) \|$", re.MULTILINE)


def read_page(text: str) -> dict[tuple[str, float, int], Trained]:
    """What a page has: candidates by experiment, rate and batch size."""
    return {
        (experiment, float(rate), int(batch)): Trained(
            experiment, float(rate), int(batch), float(reached), float(seconds)
        )
        for experiment, rate, batch, reached, seconds in ROW.findall(text)
    }


def as_page(found: Iterable[Trained]) -> str:
    """The study as a page of Markdown."""
    order = [(experiment, *each) for experiment, candidates in RATES_AND_BATCHES.items() for each in candidates]
    rows = sorted(found, key=lambda each: order.index((each.experiment, each.rate, each.batch)))
    return PAGE.format(
        measures="; ".join(f"of the {name.replace('_', ' ')} the {measure}" for name, measure in MEASURES.items()),
        kind=machine.kind(),
        rows="\n".join(
            f"| {each.experiment} | {each.rate:g} | {each.batch} | {each.reached:.3f} | {each.seconds:.0f} |"
            for each in rows
        ),
    )


PAGE = """\
# How the rates and batch sizes of the denoiser and of the variational autoencoder were chosen

Each row is a training of the main network at full length with seed 0. What is measured is measured on held-out training
images, of which none was trained on; no test image was read: {measures}.
A larger batch costs less time; of what is equally good within the differences between seeds, the faster may be taken.

Written by `python -m tests.benchmarks.choices`, which trains what has no row yet, on {kind}. Remove the page when the
networks have changed.

| experiment | learning rate | images in a step | measured | processor time (s) |
|---|---|---|---|---|
{rows}
"""


def study() -> None:
    """Train every candidate without a row, as many at a time as there are cores; the page is written after each."""
    found = read_page(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    wanted = [(experiment, *each) for experiment, candidates in RATES_AND_BATCHES.items() for each in candidates]
    with ThreadPoolExecutor(available()) as pool:
        for started in as_completed([pool.submit(train_elsewhere, *each) for each in wanted if each not in found]):
            trained = started.result()
            found[trained.experiment, trained.rate, trained.batch] = trained
            TABLE.write_text(as_page(found.values()), encoding="utf-8")
            print(trained, flush=True)


def main() -> None:
    match sys.argv[1:]:
        case []:
            study()
        case [experiment, rate, batch] if experiment in TRAIN:
            print(json.dumps(asdict(train(experiment, float(rate), int(batch)))))
        case _:
            sys.exit(f"{__doc__}")


if __name__ == "__main__":
    run_command(main)
