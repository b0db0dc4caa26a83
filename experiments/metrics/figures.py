"""Figures and tables of the measurements, from the run; TensorFlow is not needed."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.metrics import damage
from experiments.metrics.comparison import CASE_NOISE, DROPPED
from experiments.metrics.metrics import EMOJI_DAMAGES
from texloom.results.plotting import BLUE, GREEN, GREY, ORANGE, PURPLE, TEXT_WIDTH, new_figure, show_image
from texloom.results.runs import Run, Runs
from texloom.results.tables import Table
from texloom.results.tiling import GAP, tile_grid

DAMAGES = {
    "noise": "Gaussian noise",
    "blur": "blur",
    "rectangles": "black rectangles",
    "swirl": "swirl",
    "salt_and_pepper": "salt and pepper",
    "contamination": "contamination",
    "few_classes": "contaminated 7s",
}
AMOUNTS = {
    "noise": "Gaussian noise, standard deviation",
    "blur": "Gaussian blur, standard deviation in pixels",
    "rectangles": f"Black rectangles, sides up to {damage.RECTANGLE:g} of the image's",
    "swirl": "Swirl, angle at the centre in radians",
    "salt_and_pepper": "Salt and pepper, part of the pixels",
    "contamination": "Contamination, part of the images",
}
"""The meaning of each damage's amount."""
CASES = {
    "real": "Real images",
    "dropped": f"Without {', '.join(map(str, range(DROPPED - 1)))} and {DROPPED - 1}",
    "noise": f"Gaussian noise, {CASE_NOISE:g}",
    "one_a_digit": "One image per digit",
    "mixed": "Fakes mixed in",
    "copies": "Copies",
    "foreign": "Emojis",
}
DISTANCES = {"score": 2, "distance": 2, "kernel": 3}
"""The measures in the table of cases, and the number of decimals if no error is known."""
NEIGHBOURS = {
    "precision": 2,
    "recall": 2,
    "density": 2,
    "coverage": 2,
    "copied": 1,
}
"""The same for the table of neighbourhoods."""
SCORE, DISTANCE = ORANGE, BLUE
"""The colours of the two metrics in all figures."""
PALE = "#c9ccd1"
"""The colour of a broad line behind another one."""


def figures(runs: Runs) -> dict[str, Figure]:
    """All figures by name; the table of the written answer refers to them by these names."""
    run = runs[0]
    return {
        "damages": damages(run),
        "sensitivity": sensitivity(run),
        "mode_dropping": mode_dropping(run),
        "within_class": within_class(run),
        "memorisation": memorisation(run),
        "sample_size": sample_size(run),
        "moments": moments(run),
        "preprocessing": preprocessing(run),
        "domain": domain(run),
        "emojis": emojis(run),
    }


def tables(runs: Runs) -> dict[str, Table]:
    """All tables by name."""
    return {
        "levels": levels(runs),
        "cases": cases(runs),
        "neighbours": neighbours(runs),
        "emojis": emoji_table(runs),
    }


def levels(runs: Runs) -> Table:
    """The amount of each damage at each level."""
    steps = runs.config["levels"]
    columns = [("Damage", ""), *((str(level), "") for level in range(1, steps + 1))]
    kinds = damage.kinds(np.empty(0))
    rows = [[AMOUNTS[name], *map(float, damage.amounts(kind, steps)[1:])] for name, kind in kinds.items()]
    return Table(columns, rows)


def damages(run: Run) -> Figure:
    """One digit per damage, over the levels."""
    grid = np.stack([run.arrays[f"{name}_examples"] for name in DAMAGES])
    figure = new_figure(height=3.1, width=0.66 * TEXT_WIDTH)
    axes = figure.subplots()
    show_image(axes, tile_grid(grid), high=255)
    axes.spines[:].set_visible(False)
    side = grid.shape[2]
    step, middle = side + GAP, (side - 1) / 2
    axes.set_yticks(step * np.arange(len(grid)) + middle, list(DAMAGES.values()))
    axes.set_xticks(step * np.arange(grid.shape[1]) + middle, [str(level) for level in range(grid.shape[1])])
    axes.tick_params(length=0)
    axes.set_xlabel("level of damage")
    return figure


def draw_errors(run: Run, axes: Axes, points: dict[float, str]) -> None:
    """Bars of one standard error around the values of metrics at positions on the axis, where an error is known."""
    for position, name in points.items():
        metric = run.metrics[name]
        if metric.get("error") is not None:
            axes.errorbar(position, metric["value"], metric["error"], color="black", capsize=2, zorder=1.5)


def sensitivity(run: Run) -> Figure:
    """The distance (above) and the score (below) over levels of each damage."""
    figure = new_figure(height=3.0)
    panels = figure.subplots(2, len(DAMAGES), sharex=True, sharey="row")
    for (above, below), (name, title) in zip(panels.T, DAMAGES.items(), strict=True):
        levels = np.arange(len(run.arrays[f"{name}_distance"]))
        above.plot(levels, run.arrays[f"{name}_distance"], "o-", color=DISTANCE, markersize=2.5)
        score = run.arrays[f"{name}_score"]
        below.plot(levels, score, "s-", color=SCORE, markersize=2.5)
        rises = np.flatnonzero(np.diff(score) > 0) + 1
        below.plot(
            rises, score[rises], "o", markersize=6, markerfacecolor="none", markeredgecolor="black", markeredgewidth=0.6
        )
        if name != "few_classes":  # this one begins with sevens alone, whose errors were not computed
            draw_errors(run, above, {0: "case_real_distance"})
            draw_errors(run, below, {0: "case_real_score"})
        above.set_title(title.replace(" ", "\n", 1) if " " in title else f"{title}\n", fontsize=8)
        above.set(xticks=levels, xlim=(-0.4, levels[-1] + 0.4))
    panels[0, 0].set(ylabel="distance", yscale="log")
    panels[1, 0].set(ylabel="score", ylim=(0.8, 10.2))
    figure.supxlabel("level of damage", fontsize=9)
    return figure


def score_and_distance(run: Run, name: str, x: np.ndarray, score: Axes, distance: Axes) -> None:
    """Both metrics, each on a panel of its own."""
    score.plot(x, run.arrays[f"{name}_score"], "s-", color=SCORE, markersize=3.5)
    distance.plot(x, run.arrays[f"{name}_distance"], "o--", color=DISTANCE, markersize=3.5)
    score.set(ylabel="inception score", ylim=(0, 10.5))
    distance.set(ylabel="distance")
    distance.set_ylim(bottom=0)


def mode_dropping(run: Run) -> Figure:
    """Both metrics over the number of missing digits."""
    figure = new_figure(height=1.8, width=0.8 * TEXT_WIDTH)
    panels = figure.subplots(1, 2)
    missing = np.arange(len(run.arrays["mode_dropping_score"]))
    score_and_distance(run, "mode_dropping", missing, *panels)
    panels[0].plot(missing, 10 - missing, color=GREY, linewidth=0.6, zorder=0)
    for axes, measure in zip(panels, ("score", "distance"), strict=True):
        draw_errors(run, axes, {DROPPED: f"case_dropped_{measure}"})
    for axes in panels:
        axes.set(xlabel="digits missing", xticks=missing)
    return figure


def within_class(run: Run) -> Figure:
    """Both metrics over the number of images of each digit; all draws of one image per digit, and the mixture."""
    figure = new_figure(height=2.1)
    *panels, draws = figure.subplots(1, 3, width_ratios=(1, 1, 1.1))
    each = run.arrays["within_class_each"]
    score_and_distance(run, "within_class", each, *panels)
    for axes in panels:
        axes.set(xlabel="different images of each digit", xscale="log")
        axes.set_xticks(each[::2], [str(number) for number in each[::2]])
        axes.minorticks_off()
    score, distance = run.arrays["one_a_digit_draws"].T
    draws.plot(score, distance, "x", color=BLUE, markersize=4.5, label="one image per digit")
    draws.plot(score[0], distance[0], "o", color=BLUE, markersize=8, markerfacecolor="none", label="the first draw")
    mixed = (run.metrics[f"case_mixed_{each}"]["value"] for each in ("score", "distance"))
    draws.plot(*mixed, "D", color=ORANGE, markersize=5, label="real and noise")
    draws.set(xlabel="inception score", ylabel="distance", ylim=(0, 1.08 * distance.max()))
    draws.legend(loc="lower left")
    return figure


def memorisation(run: Run) -> Figure:
    """Both metrics over the fraction of copies; distances of fresh images and copies from the reference."""
    figure = new_figure(height=2.1)
    *panels, nearest = figure.subplots(1, 3, width_ratios=(1, 1, 1.3))
    score_and_distance(run, "memorisation", 100 * run.arrays["memorisation_part"], *panels)
    for axes in panels:
        axes.set(xlabel="copies of the reference, %")
    draw_errors(run, panels[0], {0: "case_real_score", 100: "case_copies_score"})
    draw_errors(run, panels[1], {0: "case_real_distance"})
    largest = run.arrays["nearest_fresh"].max()
    bins = np.linspace(0, largest, 50)
    for name, label, color in (("fresh", "fresh images", BLUE), ("near_copies", "copies with noise", ORANGE)):
        nearest.hist(run.arrays[f"nearest_{name}"], bins=list(bins), color=color, alpha=0.6, label=label)
    nearest.axvline(0, color=GREEN, linewidth=2.5, label="copies")
    nearest.set(xlabel="distance to the reference", ylabel="images")
    nearest.legend()
    return figure


def sample_size(run: Run) -> Figure:
    """Distance and kernel distance of two real samples over 1/n, the score over n and over splits."""
    figure = new_figure(height=2.3)
    distance, kernel, score = figure.subplots(1, 3)
    size, metrics = run.arrays["size"], {name: metric["value"] for name, metric in run.metrics.items()}
    inverse = 1000 / size
    draw_scatter(distance, inverse, run.arrays["size_distance"], DISTANCE)
    line = np.array([0, inverse.max()])
    distance.plot(line, metrics["bias_predicted"] * line / 1000, color=PALE, linewidth=5, label="Gaussian theory")
    distance.plot(line, metrics["bias_intercept"] + metrics["bias_slope"] * line / 1000, color=DISTANCE, linewidth=0.8)
    distance.set(xlabel="1000/$n$", ylabel="distance")
    distance.legend(loc="upper left")
    draw_scatter(kernel, inverse, run.arrays["size_kernel"], PURPLE)
    kernel.axhline(0, color=GREY, linewidth=0.6)
    kernel.set(xlabel="1000/$n$", ylabel="kernel distance")
    draw_scatter(score, size, run.arrays["size_score"], SCORE)
    splits = run.arrays["splits"]
    score.plot(
        10_000 / splits, run.arrays["splits_score"][:, 0], "x", color="black", markersize=4, label="10 000 in parts"
    )
    score.set(xlabel="images $n$ in one score", ylabel="inception score", xscale="log")
    score.legend(loc="lower right")
    return figure


def draw_scatter(axes: Axes, x: np.ndarray, values: np.ndarray, color: str) -> None:
    """Draw all repeats as dots and their means as markers; values have shape (sizes, repeats)."""
    axes.plot(
        np.repeat(x, values.shape[1]), values.ravel(), "o", color=color, markersize=3, alpha=0.5, markeredgewidth=0
    )
    axes.plot(x, values.mean(axis=1), "D", color=color, markersize=4.5, markeredgecolor="white", markeredgewidth=0.6)


def moments(run: Run) -> Figure:
    """Real features and Gaussian vectors of equal moments in the plane of largest variance."""
    figure = new_figure(height=2.5, width=0.8 * TEXT_WIDTH)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    titles = ("features of real images", "Gaussian, same mean and covariance")
    for axes, points, title, color in zip(panels, run.arrays["twin_plane"], titles, (BLUE, ORANGE), strict=True):
        axes.plot(points[:, 1], points[:, 0], ".", color=color, markersize=1.6, markeredgewidth=0)
        axes.set(title=title, xlabel="first principal component")
    panels[0].set_ylabel("second")
    return figure


def preprocessing(run: Run) -> Figure:
    """The distance of real images, preprocessed in several ways, to the reference."""
    names, values = run.arrays["handling_names"], run.arrays["handling_distance"]
    figure = new_figure(height=2.7, width=0.85 * TEXT_WIDTH)
    axes = figure.subplots()
    axes.plot(values, np.arange(len(names)), "o", color=DISTANCE, markersize=5)
    axes.axvline(values[0], color=GREY, linewidth=0.8)
    error = run.metrics["case_real_distance"].get("error") or 0.0
    axes.errorbar(values[0], 0, xerr=error, color="black", linewidth=0.9, capsize=2, zorder=1.5)
    axes.set_yticks(np.arange(len(names)), [name.replace("[", "$[").replace("]", "]$") for name in names])
    axes.invert_yaxis()
    axes.set(xscale="log", xlabel="distance to the reference")
    for row, value in enumerate(values):
        label = f"{value:.3g}" if value < 1000 else f"{value:.0f}"
        axes.annotate(label, (value, row), xytext=(6, 0), textcoords="offset points", va="center", fontsize=7)
    axes.set_xlim(values.min() / 2, 4 * values.max())
    return figure


def domain(run: Run) -> Figure:
    """Images without a digit, the class that the classifier assigns, and its probability."""
    figure = new_figure(height=1.85)
    panels = figure.subplots(2, 10)
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.02, hspace=0.02)  # type: ignore[union-attr]
    for line, name in zip(panels, ("foreign", "fooling"), strict=True):
        for axes, image, verdict in zip(
            line, run.arrays[f"{name}_images"], run.arrays[f"{name}_verdicts"], strict=True
        ):
            show_image(axes, image, high=255)
            axes.set_title(f"{verdict.argmax()}, {100 * verdict.max():.1f}%", fontsize=6.5, pad=2)
    return figure


def emojis(run: Run) -> Figure:
    """Both metrics of emojis with the Inception network, over noise and blur."""
    figure = new_figure(height=2.7)
    panels = figure.subplots(2, 2, sharex="col", sharey="row")
    for column, name, label in zip(
        panels.T, ("noise", "blur"), ("noise, standard deviation", "blur, pixels"), strict=True
    ):
        score_and_distance(run, f"emoji_{name}", run.arrays[f"emoji_{name}_amounts"], *column)
        column[1].set(xlabel=label)
        for axes, measure in zip(column, ("score", "distance"), strict=True):
            weakest = EMOJI_DAMAGES[name][0]
            draw_errors(run, axes, {0: f"emoji_as_they_are_{measure}", weakest: f"emoji_{name}_0_{measure}"})
    highest = max(run.arrays[f"emoji_{name}_score"].max() for name in ("noise", "blur"))
    panels[0, 0].set_ylim(0.95, 1.05 * highest)
    for axes in panels[:, 1]:
        axes.set_ylabel("")
    figure.suptitle(", ".join(run.arrays["network"]), fontsize=8)
    return figure


def cases(runs: Runs) -> Table:
    """Score and distances of the same sets."""
    heads = ("Inception score", "Fréchet distance", "Kernel distance")
    rows = [[label, *(runs.metric(f"case_{name}_{each}") for each in DISTANCES)] for name, label in CASES.items()]
    return Table([("Set", ""), *((head, "") for head in heads)], rows, decimals=[None, *DISTANCES.values()])


def neighbours(runs: Runs) -> Table:
    """Neighbour-based measures of the same sets."""
    columns = [("Set", ""), ("Precision", ""), ("Recall", ""), ("Density", ""), ("Coverage", ""), ("Near", "%")]
    rows = [[label, *(runs.metric(f"case_{name}_{each}") for each in NEIGHBOURS)] for name, label in CASES.items()]
    return Table(columns, rows, decimals=[None, *NEIGHBOURS.values()])


EMOJI_SETS = {
    "as_they_are": "Other emojis",
    "noise_0": f"Noise, {EMOJI_DAMAGES['noise'][0]:g}",
    "blur_0": f"Blur, {EMOJI_DAMAGES['blur'][0]:g} pixels",
    "jpeg": "JPEG, quality 75",
    "antialiased": "Shrunk to half, antialiased",
    "aliased": "Shrunk to half, not antialiased",
    "digits": "Digits instead of emojis",
}


def emoji_table(runs: Runs) -> Table:
    """Score, distance and kernel distance of emojis with the Inception network."""
    columns = [("Set", ""), ("Score", ""), ("Distance", ""), ("Kernel distance", "")]
    rows = [
        [label, *(runs.metric(f"emoji_{name}_{each}") for each in ("score", "distance", "kernel"))]
        for name, label in EMOJI_SETS.items()
    ]
    return Table(columns, rows, decimals=[None, 3, 3, 5])
