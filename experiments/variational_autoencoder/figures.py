"""Figures and tables of the variational autoencoder, from its runs; TensorFlow is not needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.linalg import eigh

from experiments.variational_autoencoder.config import SIDE_BY_SIDE, VARIANTS
from experiments.variational_autoencoder.interpolation import CLASSIFIERS, KINDS, SPACES, STEPS
from texloom.results.plotting import BLUE, GREEN, GREY, ORANGE, PALETTE, PURPLE, TEXT_WIDTH, new_figure, show_image
from texloom.results.quantity import Quantity
from texloom.results.runs import Run, Runs
from texloom.results.tables import Cell, Table
from texloom.results.tiling import GAP, tile_grid

VARIANT_COLORS = dict(zip(VARIANTS, (BLUE, GREEN, ORANGE, PURPLE, GREY), strict=True))
DIGIT_COLORS = (*PALETTE, "#c77ca7", "#4fb0c6", "#a98f3c", "#2f2f2f")
"""One colour for each digit."""

SCATTERED = 3000
"""Number of codes in the figure of the latent space."""

LABELS_APART = 0.085
"""The least distance of the digits' labels there, as a fraction of the extent of the codes: none hides another."""

PATH_COLORS = dict(zip(SPACES, (BLUE, GREEN, GREY, ORANGE), strict=True))
"""One colour for each path."""

PATHS = {
    "codes": "line between codes",
    "arc": "arc between codes",
    "pixels": "line between images",
    "decoded": "the same, through the model",
}
"""The names of the paths in figures and tables."""


def figures(runs: Runs) -> dict[str, Figure]:
    """All figures by name."""
    return {
        "same_digit": interpolates(runs[0], "same"),
        "different_digits": interpolates(runs[0], "different"),
        "along_the_path": along_the_path(runs),
        "curves": curves(runs),
        "reconstructions": reconstructions(runs[0]),
        "samples": samples(runs[0]),
        "latent_space": latent_space(runs[0]),
        "units": units(runs),
        "tradeoff": tradeoff(runs),
    }


def tables(runs: Runs) -> dict[str, Table]:
    """All tables by name."""
    return {
        "likelihoods": terms(runs, ("bernoulli", "gaussian")),
        "side_by_side": side_by_side(runs),
        "estimates": estimates(runs),
        "interpolation": interpolation(runs),
    }


def show_tiles(axes: Axes, image: np.ndarray) -> None:
    """Draw the result of `tile_grid` without a frame."""
    show_image(axes, image, high=255)
    for spine in axes.spines.values():
        spine.set_visible(False)


def interpolates(run: Run, kind: str) -> Figure:
    """Ten rows of nine columns: a test image, seven decoded interpolates of the codes, another test image."""
    images, apart = run.arrays[f"{kind}_digits"], 8
    ends = (images[:, :1], images[:, 1:-1], images[:, -1:])
    height = tile_grid(images).shape[0]
    space = np.full((height, apart), 255, np.uint8)
    left, middle, right = (tile_grid(each) for each in ends)
    figure = new_figure(height=4.35, width=0.72 * TEXT_WIDTH)
    axes = figure.subplots()
    show_tiles(axes, np.hstack([left, space, middle, space, right]))
    label_columns(axes, left.shape[1], apart)
    return figure


def label_columns(axes: Axes, side: int, apart: int) -> None:
    """Label the columns above a path: the test images, and t of each interpolate."""
    middle, first = (side - 1) / 2, side + apart
    centres = [middle, *(first + middle + k * (side + GAP) for k in range(STEPS - 1))]
    centres.append(first + (STEPS - 1) * (side + GAP) - GAP + apart + middle)
    labels = ["first", *(f"$t={k}/{STEPS}$" if k == 1 else f"${k}/{STEPS}$" for k in range(1, STEPS)), "last"]
    for centre, label in zip(centres, labels, strict=True):
        axes.text(centre, -6, label, ha="center", va="bottom", fontsize=8)


def along_the_path(runs: Runs) -> Figure:
    """Fraction recognised as a digit of the pair by each classifier, and the bound, at each t; a row for each kind."""
    figure = new_figure(height=3.9)
    t = np.arange(STEPS + 1) / STEPS
    panels = figure.subplots(2, 3, sharex=True)
    names = {f"{each}_own": f"{each}, in %" for each in CLASSIFIERS} | {"bound": "bound in nats"}
    for line, kind in zip(panels, KINDS, strict=True):
        line[1].sharey(line[0])
        for axes, (name, quantity) in zip(line, names.items(), strict=True):
            for space, color in PATH_COLORS.items():
                each = np.array([run.arrays[f"{kind}_{space}_{name}"] for run in runs])
                axes.plot(t, each.T, color=color, linewidth=0.4, alpha=0.5)
                axes.plot(t, each.mean(0), color=color, marker="o", markersize=2.2, linewidth=0.9, label=PATHS[space])
            axes.set(xticks=(0, 0.25, 0.5, 0.75, 1))
            axes.set_title(f"{kind} digit{'s' * (kind == 'different')}: {quantity}", fontsize=8)
    for axes in panels[-1]:
        axes.set_xlabel("$t$")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, fontsize=8)
    return figure


def curves(runs: Runs) -> Figure:
    """Bound, accuracy and rate of the main model over epochs, on training and on held-out images."""
    figure = new_figure(height=2.15)
    epoch = runs[0].history["epoch"]
    for axes, title in zip(figure.subplots(1, 3), ("bound", "accuracy $A$", "rate $R$"), strict=True):
        for prefix, color, dashes, label in (
            ("", BLUE, "-", "training"),
            ("held_out_", ORANGE, (0, (4, 2)), "held out"),
        ):
            each = np.array([term(run, title, prefix) for run in runs])
            axes.plot(epoch, each.T, color=color, linestyle=dashes, linewidth=0.4, alpha=0.5)
            axes.plot(epoch, each.mean(0), color=color, linestyle=dashes, label=label)
        axes.set(title=title, xlabel="epoch", xlim=(0, epoch[-1]))
        shown = each[:, min(2, len(epoch) - 1) :]
        margin = 0.1 * np.ptp(shown) + 0.5
        axes.set_ylim(shown.min() - 2 * margin, shown.max() + 2 * margin)
    figure.axes[0].set_ylabel("nats")
    figure.axes[0].legend(loc="lower right")
    return figure


def term(run: Run, title: str, prefix: str) -> np.ndarray:
    """A column of the history: accuracy, rate, or their difference (the bound)."""
    accuracy, rate = run.history[f"{prefix}reconstruction"], run.history[f"{prefix}kl"]
    return {"bound": accuracy - rate, "accuracy $A$": accuracy, "rate $R$": rate}[title]


def reconstructions(run: Run) -> Figure:
    """Test images as each likelihood observes them, and below them their reconstructions."""
    rows = {
        "binarised": "bernoulli_seen",
        "Bernoulli": "bernoulli_reconstructed",
        "grey": "gaussian_seen",
        "Gaussian": "gaussian_reconstructed",
    }
    images = np.stack([run.arrays[name] for name in rows.values()])
    figure = new_figure(height=2.35)
    axes = figure.subplots()
    show_tiles(axes, tile_grid(images))
    axes.set_yticks(13.5 + 30 * np.arange(len(rows)), list(rows), fontsize=9)
    axes.tick_params(length=0)
    return figure


def samples(run: Run) -> Figure:
    """Decoded codes from the prior, the same codes for both likelihoods."""
    figure = new_figure(height=2.95)
    for axes, name in zip(figure.subplots(1, 2), ("bernoulli", "gaussian"), strict=True):
        drawn = run.arrays[f"{name}_samples"]
        side = round(len(drawn) ** 0.5)
        show_tiles(axes, tile_grid(drawn.reshape(side, side, *drawn.shape[1:])))
        axes.set_title(name.capitalize())
    return figure


def latent_space(run: Run) -> Figure:
    """Codes of test images in the planes of largest variance and of best separation; a colour for each digit."""
    codes, labels = run.arrays["codes"].astype(np.float64), run.arrays["labels"]
    figure = new_figure(height=3.2)
    planes = {"principal components": principal_plane(codes), "linear discriminants": discriminant_plane(codes, labels)}
    for axes, (title, plane) in zip(figure.subplots(1, 2), planes.items(), strict=True):
        scatter(axes, (codes - codes.mean(0)) @ plane, labels)
        axes.set(title=title, xlabel="first direction")
    figure.axes[0].set_ylabel("second direction")
    key = [
        Line2D([], [], color=color, marker="o", linestyle="", markersize=4, label=f"{digit}")
        for digit, color in enumerate(DIGIT_COLORS)
    ]
    figure.legend(handles=key, loc="outside upper center", ncols=len(key), handletextpad=0, columnspacing=1)
    return figure


def principal_plane(codes: np.ndarray) -> np.ndarray:
    """The two directions of largest variance of codes of shape (n, k), as columns."""
    return np.linalg.eigh(np.cov(codes.T))[1][:, :-3:-1]


def discriminant_plane(codes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Fisher's two directions, in which the digits' means vary most relative to the variance within digits."""
    within = sum(np.cov(codes[labels == digit].T) * np.mean(labels == digit) for digit in np.unique(labels))
    return eigh(np.cov(codes.T) - within, within)[1][:, :-3:-1]


def scatter(axes: Axes, points: np.ndarray, labels: np.ndarray) -> None:
    """Draw points of shape (n, 2) in the colours of their digits, in mixed order, and each digit beside its mean."""
    shown, digits = points[:SCATTERED], labels[:SCATTERED].astype(int)
    axes.scatter(*shown.T, s=5, c=[DIGIT_COLORS[digit] for digit in digits], linewidths=0, alpha=0.7)
    present = [digit for digit in range(len(DIGIT_COLORS)) if np.any(labels == digit)]
    means = np.array([points[labels == digit].mean(0) for digit in present])
    extent = np.ptp(shown, axis=0)
    for digit, mean, place in zip(present, means, apart(means / extent, LABELS_APART) * extent, strict=True):
        box = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": DIGIT_COLORS[digit], "linewidth": 1.3}
        axes.plot(*np.transpose([mean, place]), color="black", linewidth=0.8, zorder=4)
        axes.plot(*mean, "o", color="black", markersize=2, zorder=4)
        axes.text(place[0], place[1], str(digit), ha="center", va="center", fontsize=8, bbox=box, zorder=5)


def apart(points: np.ndarray, least: float) -> np.ndarray:
    """Points of shape (n, 2), moved away from each other until no two are nearer than `least`."""
    angles = np.arange(len(points))
    moved = points + 1e-6 * np.stack([np.cos(angles), np.sin(angles)], axis=1)  # equal points part, too
    for _ in range(1000):
        between = moved[:, None] - moved
        distance = np.linalg.norm(between, axis=-1)
        lacking = np.where(distance < 1.001 * least, 1.001 * least - distance, 0.0)
        np.fill_diagonal(lacking, 0.0)
        if not lacking.any():
            return moved
        moved = moved + (between * (lacking / (2 * np.maximum(distance, 1e-12)))[..., None]).sum(1)
    return moved


def units(runs: Runs) -> Figure:
    """The mean rate of each latent unit over seeds, largest first."""
    figure = new_figure(height=2.2)
    axes = figure.subplots()
    for variant, color in VARIANT_COLORS.items():
        each = np.array([np.sort(run.arrays[f"{variant}_kl_of_unit"])[::-1] for run in runs])
        rank = np.arange(1, each.shape[1] + 1)
        axes.plot(
            rank, each.mean(0), color=color, marker="o", markersize=2.5, linewidth=0.8, label=variant.capitalize()
        )
    axes.set(
        xlabel="latent unit, by rate", ylabel="rate in nats", ylim=(0, None), xticks=rank[:: max(1, len(rank) // 10)]
    )
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def tradeoff(runs: Runs) -> Figure:
    """Accuracy over rate of the three variants with tangents of slope β; convergence of β and of the rate."""
    figure = new_figure(height=2.4)
    panels = figure.subplot_mosaic([["plane", "beta"], ["plane", "rate"]], width_ratios=(1.2, 1))
    draw_tangents(panels["plane"], runs)
    draw_dual_ascent(panels["beta"], panels["rate"], runs)
    return figure


def draw_tangents(axes: Axes, runs: Runs) -> None:
    """Draw a dot for each seed, and lines of slope β through the means, across the whole panel."""
    rates, accuracies, betas = (
        {variant: runs.metric(f"{variant}_{name}") for variant in SIDE_BY_SIDE}
        for name in ("kl", "reconstruction", "beta")
    )
    low, high = min(rate.mean for rate in rates.values()), max(rate.mean for rate in rates.values())
    ends = np.array([low - 0.2 * (high - low), high + 0.6 * (high - low)])
    for variant in SIDE_BY_SIDE:
        rate, accuracy, beta = rates[variant], accuracies[variant], betas[variant]
        color, label = VARIANT_COLORS[variant], rf"{variant}, $\beta={beta.mean:.3g}$"
        axes.plot(ends, accuracy.mean + beta.mean * (ends - rate.mean), color=color, linewidth=0.8)
        axes.plot(rate.values, accuracy.values, "o", color=color, markersize=3)
        place = {"xytext": (5, -9), "textcoords": "offset points", "fontsize": 8, "color": color}
        axes.annotate(label, (rate.mean, accuracy.mean), **place)
    lowest, highest = (edge(each.mean for each in accuracies.values()) for edge in (min, max))
    margin = 0.35 * (highest - lowest)
    axes.set(xlabel="rate $R$ in nats", ylabel="accuracy $A$ in nats")
    axes.set(xlim=ends, ylim=(lowest - margin, highest + margin))


def draw_dual_ascent(above: Axes, below: Axes, runs: Runs) -> None:
    """The multiplier, and below it the rate, of the constrained variant over epochs."""
    epoch = np.arange(1, len(runs[0].arrays["constrained_beta_history"]) + 1)
    for axes, name, color in ((above, "beta", BLUE), (below, "kl", ORANGE)):
        each = np.array([run.arrays[f"constrained_{name}_history"] for run in runs])
        axes.plot(epoch, each.T, color=color, linewidth=0.4, alpha=0.5)
        axes.plot(epoch, each.mean(0), color=color, marker="o", markersize=2.5)
        axes.set(xticks=epoch)
    below.axhline(runs.config["constrained"]["threshold"], color="black", linewidth=0.6, dashes=(4, 3))
    above.set(ylabel=r"multiplier $\beta$", ylim=(0, None))
    above.tick_params(labelbottom=False)
    below.set(xlabel="epoch", ylabel="rate $R$ in nats")


def terms(runs: Runs, variants: Sequence[str]) -> Table:
    """Bound, accuracy, rate and active units, a row for each variant."""
    columns = [("Likelihood", ""), *((head, "nats") for head in ("Bound", "Accuracy", "Rate")), ("Active units", "")]
    names = ("elbo", "reconstruction", "kl", "active")
    rows = [[variant.capitalize(), *(runs.metric(f"{variant}_{name}") for name in names)] for variant in variants]
    return Table(columns, rows)


def side_by_side(runs: Runs) -> Table:
    """The multiplier and the terms of the three variants that are trained in the same way."""
    columns = [("Variant", ""), ("β", ""), *((head, "nats") for head in ("Rate", "Accuracy", "Bound")), ("Active", "")]
    names = ("kl", "reconstruction", "elbo", "active")
    rows = []
    for variant in SIDE_BY_SIDE:
        beta = runs.metric(f"{variant}_beta")
        found = runs.config[variant]["threshold"] is not None
        metrics = [runs.metric(f"{variant}_{name}") for name in names]
        rows.append([variant.capitalize(), beta if found else beta.mean, *metrics])
    return Table(columns, rows)


def estimates(runs: Runs) -> Table:
    """The importance-weighted bound for growing numbers of samples."""
    numbers = runs[0].arrays["importance_samples"]
    rows = []
    for index, number in enumerate(numbers):
        values = tuple(float(run.arrays["importance_bound"][index]) for run in runs)
        rows.append([str(number), Quantity("bound", values, "nats")])
    return Table([("Samples", ""), ("Bound", "nats")], rows, emphasis=len(rows) - 1)


def interpolation(runs: Runs) -> Table:
    """Fraction of interpolates recognised as a digit of the pair by each classifier, and bound: all kinds and paths.

    The last rows are for the middle between different digits: the fraction recognised as any digit.
    """
    columns = [("Path", ""), *((name.capitalize(), "%") for name in CLASSIFIERS), ("Bound", "nats")]
    rows: list[list[Cell]] = []
    for kind in KINDS:
        rows.append([f"{kind.capitalize()} digit{'s' * (kind == 'different')}: own", *[None] * 3])
        for space, title in PATHS.items():
            found = [runs.metric(f"{kind}_{space}_{judge}_own") for judge in CLASSIFIERS]
            rows.append([title, *found, runs.metric(f"{kind}_{space}_bound")])
    rows.append(["Different digits, middle: any", *[None] * 3])
    for space, title in PATHS.items():
        rows.append([title, *(runs.metric(f"different_{space}_{judge}_middle") for judge in CLASSIFIERS), None])
    return Table(columns, rows)
