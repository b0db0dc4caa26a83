"""Figures, tables and the animation of the emoji DCGAN, from its runs; TensorFlow is not needed."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from PIL import Image

from experiments.emoji_dcgan.evaluation import lower_bound
from experiments.emoji_dcgan.metrics import DAMAGES, GENERATORS, SETS
from texloom.results.plotting import BLUE, GREY, ORANGE, TEXT_WIDTH, new_figure
from texloom.results.runs import Runs
from texloom.results.tables import Table
from texloom.results.tiling import GAP, tile, tile_grid

PLAYER_COLORS = {"discriminator": BLUE, "generator": ORANGE}
FILM_COLUMNS, FILM_ROWS = 11, 7
SMOOTHING = 200
"""Window of the running mean in the figure of the losses, in iterations."""

ANIMATED = 16
"""Number of codes in the animation: with all of them the notebook would be too large for some viewers."""
FRAME_SCALE, FRAME_MILLISECONDS, LAST_FRAME_MILLISECONDS = 2, 80, 3000


def figures(runs: Runs) -> dict[str, Figure]:
    """All figures by name."""
    arrays = runs[0].arrays
    return {
        "real": picture(tile(arrays["real"], 16)),
        "losses": losses(runs),
        "film": film(runs),
        "samples": picture(tile(arrays["average_samples"], 20)),
        "generator_samples": picture(tile(arrays["generator_samples"][:80], 20)),
        "interpolations": picture(tile_grid(arrays["interpolations"])),
        "neighbours": neighbours(runs),
        "damage": damage(runs),
        "spectrum": spectrum(runs),
    }


def tables(runs: Runs) -> dict[str, Table]:
    """All tables by name."""
    return {"distances": distances(runs), "variety": variety(runs)}


def animations(runs: Runs) -> dict[str, bytes]:
    """A GIF that loops forever, by name: images of some fixed codes during training; the same bytes each time."""
    snapshots = runs[0].arrays["snapshots"][:, :ANIMATED]
    return {"training": gif([tile(frame, 8) for frame in snapshots])}


def picture(sheet: np.ndarray, width: float = TEXT_WIDTH) -> Figure:
    """A tiled image as a figure without axes."""
    figure = new_figure(height=width * sheet.shape[0] / sheet.shape[1], width=width)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(sheet)
    axes.set_axis_off()
    return figure


def running_mean(values: np.ndarray, width: int) -> np.ndarray:
    """The running mean over `width` neighbouring values, shape (n − width + 1,)."""
    sums = np.cumsum(np.concatenate([[0.0], values]))
    return (sums[width:] - sums[:-width]) / width


def losses(runs: Runs) -> Figure:
    """Both losses, raw and smoothed, with their equilibrium values, and the bound that the discriminator's proves."""
    figure = new_figure(height=3.7)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1.5, 1))
    history = runs[0].history
    width = min(SMOOTHING, -(-len(history["iteration"]) // 10))
    time = running_mean(history["iteration"], width)
    for player, color in PLAYER_COLORS.items():
        loss = history[f"{player}_loss"]
        above.plot(history["iteration"], loss, color=color, linewidth=0.2, alpha=0.3, rasterized=True)
        above.plot(time, running_mean(loss, width), color=color, linewidth=1.0, label=player)
    draw_level(above, 0.25, "$1/4$")
    highest = max(np.percentile(history[f"{player}_loss"], 99) for player in PLAYER_COLORS)
    above.set(ylabel="loss", ylim=(0, 1.1 * highest), xlim=(0, history["iteration"][-1]))
    above.legend(loc="upper right", ncols=2, bbox_to_anchor=(1, 1.12))
    bound = lower_bound(running_mean(history["discriminator_loss"], width))
    below.plot(time, bound, color=BLUE, linewidth=1.0)
    draw_level(below, 2.0, "$2$")
    draw_level(below, 0.0, "$0$")
    below.set(xlabel="iteration", ylabel=r"$2-8\,J^{(D)}$", ylim=(min(-0.1, bound.min()), 2.15))
    return figure


def draw_level(axes: Axes, value: float, text: str) -> None:
    """A dashed horizontal line with a label at its right end."""
    axes.axhline(value, color="black", linewidth=0.6, dashes=(4, 3), zorder=3)
    axes.annotate(
        text, (1, value), xytext=(3, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
        fontsize=8,
    )  # fmt: skip


def film_times(count: int) -> np.ndarray:
    """Indices of the snapshots in the film strip, of `count`: their distances grow from the first one to the last."""
    return np.unique(np.rint(np.linspace(1, count**0.5, FILM_COLUMNS) ** 2).astype(int)) - 1


def film(runs: Runs) -> Figure:
    """Images of some fixed codes (rows) at some iterations (columns)."""
    snapshots, every = runs[0].arrays["snapshots"], runs.config["sample_every"]
    times = film_times(len(snapshots))
    shown = snapshots[times, :FILM_ROWS].swapaxes(0, 1)
    sheet = tile_grid(shown)
    step = shown.shape[2] + GAP
    figure = new_figure(height=TEXT_WIDTH * sheet.shape[0] / sheet.shape[1] + 0.2)
    axes = figure.subplots()
    axes.imshow(sheet)
    axes.xaxis.tick_top()
    axes.set_xticks(step * np.arange(len(times)) + (step - GAP - 1) / 2, [f"{every * (time + 1)}" for time in times])
    axes.set_yticks([])
    axes.tick_params(length=0, pad=1)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    return figure


def neighbours(runs: Runs) -> Figure:
    """Samples in the first column of each block, then their nearest training images, nearest first."""
    shown = runs[0].arrays["neighbours"]
    middle = len(shown) // 2
    blocks = [tile_grid(block) for block in (shown[:middle], shown[middle : 2 * middle])]
    sheets = [np.insert(block, [shown.shape[2] + GAP // 2] * 6, 255, axis=1) for block in blocks]
    gutter = np.full((len(sheets[0]), 24, 3), 255, np.uint8)
    return picture(np.concatenate([sheets[0], gutter, sheets[1]], axis=1), 0.8 * TEXT_WIDTH)


def damage(runs: Runs) -> Figure:
    """The distance of training images to the training set over levels of noise and blur, with one example image."""
    figure = new_figure(height=2.1)
    titles = {"noise": "standard deviation of the noise, in grey levels", "blur": "width of the blur, in pixels"}
    for axes, (kind, levels), examples in zip(
        figure.subplots(1, 2, sharey=True), DAMAGES.items(), runs[0].arrays["damaged"], strict=True
    ):
        positions, heights = np.arange(len(levels) + 1), runs[0].arrays[f"{kind}_distances"]
        axes.plot(positions, heights, "o", color=BLUE, markersize=5)
        axes.set_xticks(positions, ["0", *(f"{level:g}" for level in levels)])
        axes.set(xlabel=titles[kind], xlim=(-0.5, len(levels) + 0.5), ylim=(0, None))
        draw_examples(axes, examples)
    figure.axes[0].set_ylabel("FID")
    highest = max(runs[0].arrays[f"{kind}_distances"].max() for kind in DAMAGES)
    figure.axes[0].set_ylim(0, 1.45 * highest)
    return figure


def draw_examples(axes: Axes, images: np.ndarray) -> None:
    """Small images along the upper edge, one above each position on the axis."""
    count = len(images)
    for number, image in enumerate(images):
        left = (number + 0.5 - 0.28) / count
        inset = axes.inset_axes((left, 0.74, 0.56 / count, 0.25))
        inset.imshow(image)
        inset.set_axis_off()


def spectrum(runs: Runs) -> Figure:
    """The power of grey generated images relative to the training images: averaged over rings, and per frequency."""
    figure = new_figure(height=2.2)
    axes, *planes = figure.subplots(1, 3, width_ratios=(1.5, 1, 1))
    axes.axhline(1, color=GREY, linestyle="--", linewidth=0.8, label="training set")
    for name, label, color in (("generator", "generator", ORANGE), ("average", "average generator", BLUE)):
        ratio = runs[0].arrays[f"{name}_power"]
        axes.plot(np.arange(1, len(ratio) + 1), ratio, color=color, marker="o", markersize=2.5, label=label)
    axes.set(xlabel="frequency in cycles per image", ylabel="ratio of the power", ylim=(0, None))
    axes.set_xticks([1, 4, 8, 12, 16])
    axes.legend()
    largest = max(np.abs(np.log2(runs[0].arrays[f"{name}_plane"])).max() for name in GENERATORS)
    drawn = []
    for plane, name in zip(planes, GENERATORS, strict=True):
        drawn.append(draw_plane(plane, runs[0].arrays[f"{name}_plane"], largest))
        plane.set_title(SETS[name], fontsize=8)
    figure.colorbar(drawn[0], ax=planes, label=r"$\log_2$ of the ratio", shrink=0.8)
    return figure


def draw_plane(axes: Axes, ratio: np.ndarray, largest: float) -> AxesImage:
    """The logarithm of the ratio at each frequency, horizontal and vertical, both from 0 to the highest."""
    drawn = axes.imshow(np.log2(ratio), origin="lower", cmap="RdBu_r", vmin=-largest, vmax=largest)
    axes.set(xticks=(0, 8, 16), yticks=(0, 8, 16), xlabel="across", ylabel="down")
    axes.grid(False)
    return drawn


def distances(runs: Runs) -> Table:
    """Fréchet and kernel distance of each set, with the number of its images, under the network's name and digest."""
    columns = [("Images", ""), ("N", ""), ("FID", ""), ("1000 KID", "")]
    known = runs[0].metrics
    network, digest = runs[0].arrays["network"]
    heading = [[str(network), *[None] * 3], [f"sha256 {digest[:16]}…", *[None] * 3]]
    rows = [
        [
            name,
            round(runs.metric(f"{key}_count").mean),
            runs.metric(f"{key}_fid"),
            runs.metric(f"{key}_kid") * 1000 if f"{key}_kid" in known else None,
        ]
        for key, name in SETS.items()
    ]
    return Table(
        columns,
        [*heading, *rows],
        emphasis=len(heading) + list(SETS).index("generator"),
        decimals=[None, None, 3, 3],
    )


def variety(runs: Runs) -> Table:
    """Precision and recall of the trained generators."""
    rows = [
        [SETS[key], *(runs.metric(f"{key}_{measure}") for measure in ("precision", "recall"))] for key in GENERATORS
    ]
    return Table([("Images", ""), ("Precision", ""), ("Recall", "")], rows, decimals=[None, 3, 3])


def enlarged(frame: np.ndarray) -> Image.Image:
    """An image enlarged FRAME_SCALE times in both directions."""
    return Image.fromarray(frame.repeat(FRAME_SCALE, axis=0).repeat(FRAME_SCALE, axis=1))


def gif(frames: list[np.ndarray]) -> bytes:
    """Frames of shape (height, width, 3) as an enlarged animated GIF; one palette, made from early and late frames."""
    some = np.concatenate(frames[:: -max(len(frames) // 8, 1)])
    palette = Image.fromarray(some).quantize(255)
    drawn = [enlarged(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    durations = [FRAME_MILLISECONDS] * (len(drawn) - 1) + [LAST_FRAME_MILLISECONDS]
    buffer = io.BytesIO()
    drawn[0].save(buffer, "GIF", save_all=True, append_images=drawn[1:], duration=durations, loop=0, disposal=1)
    return buffer.getvalue()
