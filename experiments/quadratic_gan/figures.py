"""Figures and tables of the simple GAN, from its runs; TensorFlow is not needed."""

from __future__ import annotations

from itertools import product
from statistics import median
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.ndimage import median_filter

from experiments.quadratic_gan.config import FACTORS, VARIANTS
from experiments.quadratic_gan.data import quadratic, residuals
from experiments.quadratic_gan.evaluation import BINS, EQUILIBRIUM, NEAR, near_distance, on_curve
from experiments.quadratic_gan.metrics import PLAYERS
from texloom.results.plotting import BLUE, GREEN, GREY, ORANGE, TEXT_WIDTH, new_figure
from texloom.results.quantity import Quantity
from texloom.results.runs import Run, Runs
from texloom.results.tables import Table

REAL, GENERATED = GREY, ORANGE
VARIANT_COLORS = dict(zip(VARIANTS, (ORANGE, BLUE, GREEN), strict=True))
TITLES = {"reference": "reference", "improved": "improved", "held": "improved, constant rate"}
"""The names of the variants in the figures."""

DECIDES = "reference_on_curve"
"""If there is room for one seed only, the seed with the median of this metric is drawn."""

PLAYER_COLORS: dict[str, str] = dict(zip(PLAYERS, (BLUE, ORANGE), strict=True))
PLAYER_WIDTHS: dict[str, float] = dict(zip(PLAYERS, (0.7, 1.5), strict=True))
"""The thinner line is drawn over the wider one, so that both are visible where the losses agree."""

SMOOTHED = 50
"""Each point of the thick lines of distances is the median of this many recorded values."""

SYMBOLS = {(2 * np.log(2)): r"$2\,\ln 2$", np.log(2): r"$\ln 2$", 0.25: r"$1/4$"}
"""Notation of an equilibrium value."""


def figures(runs: Runs) -> dict[str, Figure]:
    """All figures by name."""
    shown = median_run(runs)
    return {
        "losses": losses(runs),
        "reference_samples": samples(shown, "reference"),
        "improved_samples": samples(shown, "improved"),
        "final_samples": final_samples(runs),
        "features": features(shown),
        "residuals": residual_density(runs),
        "convergence": convergence(runs),
    }


def tables(runs: Runs) -> dict[str, Table]:
    """All tables by name."""
    return {"comparison": comparison(runs), "plateau": plateau(runs), "factors": factors(runs)}


def median_run(runs: Runs) -> Run:
    """The run with the median of DECIDES; for an even number of runs the lower of the two middle ones."""
    values = runs.metric(DECIDES).values
    return runs[values.index(sorted(values)[(len(values) - 1) // 2])]


def loss_of(runs: Runs, variant: str) -> str:
    """The loss of a variant; `held` is the improved protocol except for its rate."""
    return runs.config["improved" if variant == "held" else variant]["loss"]


def losses(runs: Runs) -> Figure:
    """Both losses of all variants at a fixed interval, and below them their distances to equilibrium."""
    figure = new_figure(height=3.9)
    panels = figure.subplots(2, len(VARIANTS), sharex=True, height_ratios=(1.15, 1))
    for (above, below), variant in zip(panels.T, VARIANTS, strict=True):
        equilibrium = EQUILIBRIUM[loss_of(runs, variant)]
        for player, value in zip(PLAYERS, equilibrium, strict=True):
            draw_loss(above, runs, f"{variant}_{player}_loss", player)
            draw_loss(below, runs, f"{variant}_{player}_loss", player, equilibrium=value)
            above.axhline(value, color="black", linewidth=0.6, dashes=(4, 3), zorder=1.9)
        above.set(title=TITLES[variant], ylim=(0, 2.1 * max(equilibrium)))
        below.set(yscale="log", ylim=(1e-6, 10))
        label_levels(above, equilibrium)
        below.set_xlabel("iteration")
    panels[0, 0].set(ylabel="loss", xlim=(0, runs.config["iterations"]))
    panels[1, 0].set(ylabel="distance to equilibrium")
    panels[0, 1].legend(loc="upper right")
    return figure


def draw_loss(axes: Axes, runs: Runs, column: str, player: str, equilibrium: float | None = None) -> None:
    """A loss of every seed as thin lines, with the median of the seeds; if `equilibrium` is given, the distance to it.

    The median of distances, which span orders of magnitude, is smoothed over SMOOTHED values.
    """
    each = np.array([run.history[column] for run in runs])
    middle = np.median(each, axis=0)
    if equilibrium is not None:
        each = np.abs(each - equilibrium)
        middle = median_filter(np.median(each, axis=0), SMOOTHED, mode="nearest")
    iteration, color = runs[0].history["iteration"], PLAYER_COLORS[player]
    axes.plot(iteration, each.T, color=color, linewidth=0.25, alpha=0.25)
    width = PLAYER_WIDTHS[player]
    axes.plot(iteration, middle, color=color, linewidth=width, label=player, zorder=3 - width / 4)


def label_levels(axes: Axes, levels: tuple[float, ...]) -> None:
    """Label horizontal lines at the right end of the panel, each label once."""
    for value in dict.fromkeys(levels):
        axes.annotate(
            SYMBOLS.get(value, f"{value:g}"), (1, value), xytext=(3, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=8,
        )  # fmt: skip


def draw_points(axes: Axes, points: np.ndarray, color: str, size: float = 1.5, **options: Any) -> None:
    """Points of shape (n, 2) as dots."""
    axes.plot(*points.T, ".", color=color, markersize=size, markeredgewidth=0, **options)


def samples(run: Run, variant: str) -> Figure:
    """Real points and the images of the same latent codes before training and after every `sample_every` iterations."""
    drawn, real = run.arrays[f"{variant}_samples"], run.arrays["real"]
    columns = 4
    rows = -(-(len(drawn) + 1) // columns)
    figure = new_figure(height=1.18 * rows + 0.2)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for index, (axes, points) in enumerate(zip(panels.flat, drawn, strict=False)):
        draw_points(axes, real, REAL, size=2.2)
        draw_points(axes, points, GENERATED, size=1.5 if index else 4)  # before training they are close together
        axes.set_title(f"{index * run.config['sample_every']}", fontsize=8, pad=2)
    frame_curve(panels.flat[0], run)
    for axes in panels.flat[len(drawn) :]:
        axes.set_axis_off()
    panels.flat[len(drawn)].legend(handles=colour_key(), loc="center", fontsize=9)
    figure.supxlabel("$x$", fontsize=9)
    figure.supylabel("$y$", fontsize=9)
    return figure


def colour_key() -> list[Line2D]:
    """The entries of a legend for real and generated points."""
    return [
        Line2D([], [], color=color, marker=".", linestyle="", markersize=6, markeredgewidth=0, label=label)
        for color, label in ((REAL, "real"), (GENERATED, "generated"))
    ]


def final_samples(runs: Runs) -> Figure:
    """Real and generated points after training, a row for each variant, a column for each seed; ticks mark the gaps."""
    figure = new_figure(height=1.7 * len(VARIANTS) + 0.3)
    panels = figure.subplots(len(VARIANTS), len(runs), sharex=True, sharey=True, squeeze=False)
    for line, variant in zip(panels, VARIANTS, strict=True):
        line[0].set_ylabel(TITLES[variant], fontsize=8)
        for axes, run in zip(line, runs, strict=True):
            draw_points(axes, run.arrays["real"], REAL, size=2.2)
            draw_points(axes, run.arrays[f"{variant}_samples"][-1], GENERATED)
            for middle in gaps(run, variant):
                axes.axvline(middle, 0, 0.06, color=BLUE, linewidth=0.6)
    for axes, run in zip(panels[0], runs, strict=True):
        axes.set_title(f"seed {run.seed}", fontsize=8, pad=2)
    frame_curve(panels.flat[0], runs[0])
    gap = Line2D([], [], color=BLUE, marker="|", linestyle="", markersize=7, label="no test point near the curve")
    figure.legend(handles=[*colour_key(), gap], loc="outside upper center", ncols=3, fontsize=8)
    return figure


def gaps(run: Run, variant: str) -> np.ndarray:
    """The middles of the hundredths of the range of x in which none of the test points is near the curve."""
    points, (low, high) = run.arrays[f"{variant}_test"], run.config["x_range"]
    near = points[on_curve(points, run.config["coefficients"], (low, high))]
    counts, edges = np.histogram(near[:, 0], bins=BINS, range=(low, high))
    return (edges[:-1] + edges[1:])[counts == 0] / 2


def frame_curve(axes: Axes, run: Run) -> None:
    """Set limits a little wider than the curve on all sides."""
    low, high = run.config["x_range"]
    y = quadratic(np.linspace(low, high, 201), run.config["coefficients"])
    width, height = high - low, np.ptp(y)
    axes.set_xlim(low - 0.2 * width, high + 0.2 * width)
    axes.set_ylim(y.min() - 0.15 * height, y.max() + 0.2 * height)


def features(run: Run) -> Figure:
    """The discriminator's third layer on real and generated points, before and after training, and the centroids."""
    figure = new_figure(height=4.3)
    for line, variant in zip(figure.subplots(2, 2), ("reference", "improved"), strict=True):
        for axes, clouds, moment in zip(line, run.arrays[f"{variant}_features"], ("before", "after"), strict=True):
            draw_feature_plane(axes, *clouds)
            axes.set_title(f"{variant}, {moment} training")
    figure.supxlabel("first unit", fontsize=9)
    figure.supylabel("second unit", fontsize=9)
    figure.axes[0].legend(loc="best", markerscale=1.2)
    return figure


def draw_feature_plane(axes: Axes, real: np.ndarray, generated: np.ndarray) -> None:
    """Two clouds of shape (n, 2) and their centroids."""
    draw_points(axes, real, REAL, size=3.5, label="real")
    draw_points(axes, generated, GENERATED, size=2.5, label="generated")
    for cloud, color, marker in ((real, "#374151", "P"), (generated, "#a3490b", "X")):
        axes.plot(*cloud.mean(0), marker, color=color, markersize=7, markeredgecolor="white", markeredgewidth=0.7)


def residual_density(runs: Runs) -> Figure:
    """The density of |y − q(x)| on a logarithmic scale: all seeds together, each seed thin, and the 2 % line."""
    figure = new_figure(height=2.3, width=0.8 * TEXT_WIDTH)
    axes = figure.subplots()
    edges = np.linspace(-2, 4, 121)
    middle = 10 ** ((edges[1:] + edges[:-1]) / 2)
    for variant, color in VARIANT_COLORS.items():
        each = np.array([log_density(run, variant, edges) for run in runs])
        axes.plot(middle, each.T, color=color, linewidth=0.6, alpha=0.8)
        axes.plot(middle, each.mean(0), color=color, label=TITLES[variant])
    near = near_distance(runs.config["coefficients"], runs.config["x_range"])
    axes.axvline(near, color="black", linewidth=0.6, dashes=(4, 3))
    axes.annotate(
        rf"{100 * NEAR:g}$\,\%$ of the height", (near, 1), xytext=(4, -2), xycoords=("data", "axes fraction"),
        textcoords="offset points", va="top", fontsize=8,
    )  # fmt: skip
    axes.set(xscale="log", xlabel=r"$|y-q(x)|$", ylabel="density per decade", xlim=(0.05, 4000))
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left")
    return figure


def log_density(run: Run, variant: str, edges: np.ndarray) -> np.ndarray:
    """The density of log₁₀ |y − q(x)| of a run's test points, between `edges`."""
    distance = np.abs(residuals(run.arrays[f"{variant}_test"], run.config["coefficients"]))
    counts, _ = np.histogram(np.log10(np.maximum(distance, 10.0 ** edges[0])), edges)
    return counts / (len(distance) * np.diff(edges))


def convergence(runs: Runs) -> Figure:
    """Energy distance of generated to real points during training; one thin line for each seed."""
    figure = new_figure(height=2.1, width=0.8 * TEXT_WIDTH)
    axes = figure.subplots()
    iteration = runs.config["sample_every"] * np.arange(len(runs[0].arrays["reference_distance"]))
    for variant, color in VARIANT_COLORS.items():
        each = np.array([run.arrays[f"{variant}_distance"] for run in runs])
        axes.plot(iteration, each.T, color=color, linewidth=0.6, alpha=0.8)
        axes.plot(iteration, np.median(each, axis=0), color=color, marker="o", markersize=3, label=TITLES[variant])
    axes.set(xlabel="iteration", ylabel="energy distance", yscale="log", xlim=(0, runs.config["iterations"]))
    floor = float(np.mean([run.arrays["real_distance"] for run in runs]))
    axes.axhline(floor, color="black", linewidth=0.6, dashes=(4, 3))
    axes.annotate(
        "real", (1, floor), xytext=(3, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        va="center", fontsize=8,
    )  # fmt: skip
    axes.legend(loc="best")
    return figure


def rounded(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, without an exponent."""
    exponent = int(f"{value:.{digits - 1}e}".partition("e")[2])  # rounded first: 99.97 counts as 100
    return f"{value:.{max(0, digits - 1 - exponent) if value else 0}f}"


def spread(quantity: Quantity) -> str:
    """The median over the seeds with the lowest and highest value, because the deviation of skewed values is no use."""
    low, high = quantity.lowest.mean, quantity.highest.mean
    return f"{rounded(median(quantity.values))} ({rounded(low)}–{rounded(high)})"


def comparison(runs: Runs) -> Table:
    """The measurements of the samples, a column for each variant: median and range over the seeds."""
    measured = {
        "Median": "median_residual",
        "95 %": "p95_residual",
        "Near, in %": "on_curve",
        "Covered, in %": "coverage",
        "Energy": "energy_distance",
    }
    rows: list[list[str | None]] = [
        [head, *(spread(runs.metric(f"{variant}_{name}")) for variant in VARIANTS), None]
        for head, name in measured.items()
    ]
    rows[-1][-1] = spread(runs.metric("real_energy_distance"))
    heads = [TITLES[variant].removeprefix("improved, ").capitalize() for variant in VARIANTS]
    return Table([(head, "") for head in ("Samples", *heads, "Real")], rows)


def factors(runs: Runs) -> Table:
    """Each change of the improved protocol alone, and all changes except it: median and range over the seeds."""
    columns = [("Change", ""), ("Near, alone", "%"), ("Near, all but it", "%")]
    columns += [("Energy, alone", ""), ("Energy, all but it", "")]

    def cells(alone: str, without: str) -> list[str]:
        names = product(("on_curve", "energy_distance"), (alone, without))
        return [spread(runs.metric(f"factor_{change}_{name}")) for name, change in names]

    rows = [[factor.capitalize(), *cells(f"only_{factor}", f"without_{factor}")] for factor in FACTORS]
    return Table(columns, [["None / all", *cells("none", "all")], *rows])


def plateau(runs: Runs) -> Table:
    """Both losses in the last tenth of the training: mean, equilibrium, and the worst seed's trend and scatter."""
    columns = [("Loss", ""), ("Mean", ""), ("Equilibrium", ""), ("Trend", "%"), ("Scatter", "%")]
    rows = []
    for variant, player in product(VARIANTS, PLAYERS):
        prefix = f"{variant}_{player}"
        worst = [rounded(runs.metric(f"{prefix}_{name}").highest.mean, 2) for name in ("change", "spread")]
        equilibrium = runs.metric(f"{prefix}_equilibrium").mean
        label = f"{player.capitalize()}, {TITLES[variant]}"
        rows.append([label, spread(runs.metric(f"{prefix}_loss")), equilibrium, *worst])
    return Table(columns, rows)
