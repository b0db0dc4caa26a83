"""Which settings of the denoiser and of the variational autoencoder are best on held-out training images?

    python -m tests.benchmarks.choices                                              what has no row in docs/choices.md
    python -m tests.benchmarks.choices denoising_autoencoder learning_rate=0.002    one candidate

Each candidate is a training of the main network at full length with seed 0, with the report's settings except those
that are named. All measurements are on held-out training images; no test image is read.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import studies
from texloom.commands.entry import run_command
from texloom.machine import kind as machine
from texloom.training.configuration import parse_settings
from texloom.training.startup import import_quietly

SEED = 0
TABLE = Path("docs/choices.md")

CANDIDATES: Mapping[str, list[str]] = {
    "denoising_autoencoder": [
        "learning_rate=0.001 batch=32",
        "learning_rate=0.002 batch=64",
        "learning_rate=0.002 batch=128",
        "learning_rate=0.004 batch=128",
        "hidden=[400,400]",
        "hidden=[900,900]",
        "position_weight=0.0125",
        "position_weight=0.05",
    ],
    "variational_autoencoder": [
        "learning_rate=0.003 batch=128",
        "learning_rate=0.006 batch=128",
        "learning_rate=0.004 batch=256",
        "learning_rate=0.006 batch=256",
        "hidden=[360,180]",
        "hidden=[720,360]",
        "latent_dim=10",
        "latent_dim=40",
    ],
}
"""The settings that are tried for each experiment.

The report uses the third of the denoiser and the first of the autoencoder; entries that name neither rate nor batch
size use the same two values.
"""

ORDER = [(experiment, each) for experiment, candidates in CANDIDATES.items() for each in candidates]
"""The order of the rows."""

MEASURES = {
    "denoising_autoencoder": "PSNR inside the patch (dB)",
    "variational_autoencoder": "bound of the main model (nats)",
}
"""What is measured on the held-out images; higher is better."""


@dataclass(frozen=True)
class Trained:
    """A candidate, its result on the held-out images, and the processor time of its training in seconds."""

    experiment: str
    settings: str
    """In the form of the command line, separated by spaces; all others are the report's."""
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


def train(experiment: str, settings: str) -> Trained:
    """Train a candidate in this process."""
    import_quietly()
    from texloom.training import loop

    loop.enable_determinism()
    started = time.process_time()
    reached = TRAIN[experiment](parse_settings(settings.split()))
    return Trained(experiment, settings, reached, time.process_time() - started)


def train_elsewhere(experiment: str, settings: str) -> Trained:
    """Train in a separate process. Raises RuntimeError with its output if it fails."""
    return Trained(**studies.train_elsewhere(__spec__.name, [experiment, *settings.split()]))


ROW = re.compile(r"^\| (\w+) \| `(.+)` \| (\S+) \| (\d+) \|$", re.MULTILINE)


def read_page(text: str) -> dict[tuple[str, str], Trained]:
    """The candidates on a page, by experiment and settings."""
    return {
        (experiment, settings): Trained(experiment, settings, float(reached), float(seconds))
        for experiment, settings, reached, seconds in ROW.findall(text)
    }


def as_page(found: Iterable[Trained]) -> str:
    """The study as a page of Markdown."""
    rows = sorted(found, key=lambda each: ORDER.index((each.experiment, each.settings)))
    return PAGE.format(
        measures=" and ".join(f"the {measure} of the {name.replace('_', ' ')}" for name, measure in MEASURES.items()),
        kind=machine.kind(),
        denoiser=CANDIDATES["denoising_autoencoder"][2],
        autoencoder=CANDIDATES["variational_autoencoder"][0],
        rows="\n".join(
            f"| {each.experiment} | `{each.settings}` | {each.reached:.3f} | {each.seconds:.0f} |" for each in rows
        ),
    )


PAGE = """\
# How settings of the denoiser and of the variational autoencoder were chosen

Each row is a training of the main network at full length with seed 0. The column *measured* gives {measures}. Both are
measured on held-out training images, on which nothing was trained; no test image was read.
Settings that are not named are the report's, whose rows are `{denoiser}` and `{autoencoder}`.
Among candidates that are equally good within the differences between seeds, a faster one may be chosen. A candidate
slower than the report's settings is never chosen. Processor times were measured on two machines of the same kind. The
report's rows and the rows that name neither rate nor batch size were measured on the same one of these machines.

Written by `python -m tests.benchmarks.choices`, which trains what has no row yet, on {kind}. Remove the page when the
networks have changed.

| experiment | settings | measured | processor time (s) |
|---|---|---|---|
{rows}
"""


def study() -> None:
    """Train every candidate that has no row; write the page after each."""
    found = read_page(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}

    def take(trained: Trained) -> None:
        found[trained.experiment, trained.settings] = trained
        studies.write_page(TABLE, as_page(found.values()))
        print(trained, flush=True)

    studies.train_all([each for each in ORDER if each not in found], train_elsewhere, take)


def main() -> None:
    match sys.argv[1:]:
        case []:
            study()
        case [experiment, *settings] if experiment in TRAIN and settings:
            print(json.dumps(asdict(train(experiment, " ".join(settings)))))
        case _:
            sys.exit(f"{__doc__}")


if __name__ == "__main__":
    run_command(main)
