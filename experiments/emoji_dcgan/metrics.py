"""The metrics of the emoji DCGAN. A distance names the number of images and the network that gives the features."""

from __future__ import annotations

from texloom.results.metrics import Metric

SETS = {
    "real": "Training set",
    "half": "One half against the other",
    "noise": "Uniform noise",
    "untrained": "Untrained generator",
    "few": "Generator, as few images",
    "generator": "Generator",
    "average": "Average generator",
}
"""The sets of images in the table of distances: their names in the metrics and in the report."""

GENERATORS = ("generator", "average")
"""The two generators: with the last weights, and with averaged ones."""

DAMAGES: dict[str, tuple[float, ...]] = {"noise": (8.0, 32.0, 96.0), "blur": (0.5, 1.0, 2.0)}
"""The levels of each damage: standard deviations, of Gaussian noise in grey levels, of a Gaussian blur in pixels."""


def _of_set(name: str) -> dict[str, Metric]:
    """What is measured for a set of images against the training set."""
    title = SETS[name].lower()
    of = f"{title}, {{images}} images ({{network}})"
    metrics = {
        f"{name}_fid": Metric("", f"Fréchet inception distance, {of}"),
        f"{name}_count": Metric("", f"number of images, {title}"),
    }
    if name == "real":  # its distance to itself is 0, and not an estimate
        return metrics
    return metrics | {
        f"{name}_kid": Metric("", f"kernel inception distance, {of}"),
        f"{name}_kid_error": Metric("", f"standard error of the kernel distance, {of}"),
    }


def _of_generator(name: str) -> dict[str, Metric]:
    """What is measured only for trained weights."""
    power = "power relative to the training images"
    return {
        f"{name}_precision": Metric("", f"precision, fraction of the samples among the training images, {name}"),
        f"{name}_recall": Metric("", f"recall, fraction of the training images among the samples, {name}"),
        f"{name}_least_power": Metric("", f"{power}, smallest ratio over rings of frequencies, {name}"),
        f"{name}_last_power": Metric("", f"{power}, at {{frequency}} cycles per image, {name}"),
        f"{name}_rows_power": Metric("", f"{power}, alternating rows, {name}"),
        f"{name}_columns_power": Metric("", f"{power}, alternating columns, {name}"),
        f"{name}_checks_power": Metric("", f"{power}, checkerboard of single pixels, {name}"),
        f"{name}_other_power": Metric("", f"{power}, largest ratio at any other frequency, {name}"),
        f"{name}_levelled_power": Metric("", f"{power}, checkerboard with a levelled last kernel, {name}"),
    }


METRICS = {
    **{
        f"{player}_loss": Metric("", f"mean of the {player}'s loss over the last tenth of the training")
        for player in ("discriminator", "generator")
    },
    "equilibrium_loss": Metric("", "value of both losses if generated and real images have the same distribution"),
    "divergence_bound": Metric("", "2 − 8 J of the discriminator's mean loss J over the last tenth of the training"),
    "initial_deviation": Metric("", "standard deviation of the kernels before training"),
    "canonical_network": Metric("", "1 if the features are those of the frozen graph of 2015, else 0"),
    **{name: metric for each in SETS for name, metric in _of_set(each).items()},
    **{name: metric for each in GENERATORS for name, metric in _of_generator(each).items()},
    **{
        f"{kind}_least_rise": Metric("", f"smallest rise of the distance from one level of {kind} to the next")
        for kind in DAMAGES
    },
    **{
        f"{name}_nearest": Metric("", f"median distance to the nearest training image, {name}")
        for name in ("sample", "real")
    },
    "near_copies": Metric("%", "samples nearer to a training image than the nearest 5 % of the training images"),
    "least_nearest": Metric("", "smallest distance of a sample to a training image"),
    "fid_gain": Metric("", "gain in the Fréchet distance from averaging the weights, in standard errors"),
    "kid_gain": Metric("", "gain in the kernel distance from averaging the weights, in standard errors"),
    "duplicates": Metric("", "training images equal to an earlier one"),
    "duplicate_groups": Metric("", "groups of equal training images"),
}
