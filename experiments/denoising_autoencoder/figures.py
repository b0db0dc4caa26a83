"""Figures and tables of the patch denoiser, from its runs; TensorFlow is not needed."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.denoising_autoencoder.metrics import UNCHANGED
from texloom.results.plotting import BLUE, GREY, ORANGE, TEXT_WIDTH, new_figure, show_image
from texloom.results.runs import Runs
from texloom.results.tables import Table

METHODS = {
    "noisy": "Noisy input",
    "median": "Median filter, 3×3",
    "nl_means": "Non-local means",
    "tv": "Total variation",
    "ours": "Autoencoder (ours)",
}


def figures(runs: Runs) -> dict[str, Figure]:
    """All figures by name."""
    return {
        "noisy_patch": noisy_patch(runs),
        "curves": curves(runs),
        "examples": examples(runs),
        "error_by_position": error_by_position(runs),
    }


def tables(runs: Runs) -> dict[str, Table]:
    """All tables by name."""
    return {"comparison": comparison(runs)}


def outline(axes: Axes, position: np.ndarray, patch: int, color: str = ORANGE) -> None:
    """Draw the border of a patch; position is the row and column of its first pixel."""
    row, column = position
    axes.add_patch(Rectangle((column - 0.5, row - 0.5), patch, patch, fill=False, edgecolor=color, linewidth=1.0))


def noisy_patch(runs: Runs) -> Figure:
    """The task's figure 1: a clean digit and the same with noise in one patch."""
    run = runs[0]
    figure = new_figure(height=1.75, width=3.6)
    left, right = figure.subplots(1, 2)
    show_image(left, run.arrays["clean"][0])
    show_image(right, run.arrays["noisy"][0])
    left.set_title("clean")
    right.set_title("noise in one patch")
    return figure


def curves(runs: Runs) -> Figure:
    """Training and validation loss over epochs; one thin line for each seed, the mean thick."""
    figure = new_figure(height=2.2, width=0.72 * TEXT_WIDTH)
    axes = figure.subplots()
    for column, color, dashes, label in (
        ("loss", BLUE, "-", "training (mean of the epoch)"),
        ("validation_loss", ORANGE, "--", "validation"),
    ):
        each = np.array([run.history[column] for run in runs])
        epoch = runs[0].history["epoch"]
        axes.plot(epoch, each.T, color=color, linewidth=0.5, alpha=0.5)
        axes.plot(epoch, each.mean(0), color=color, linestyle=dashes, label=label)
    axes.set(xlabel="epoch", ylabel="loss in nats a pixel")
    axes.set_xlim(left=0)
    axes.legend()
    return figure


def examples(runs: Runs) -> Figure:
    """Clean, noisy, denoised and absolute error of some test images, patches outlined."""
    run = runs[0]
    clean, noisy, denoised = (run.arrays[name] for name in ("clean", "noisy", "denoised"))
    rows = {"clean": clean, "noisy": noisy, "denoised": denoised, "error": np.abs(denoised - clean)}
    figure = new_figure(height=TEXT_WIDTH * 4 / len(clean) * 0.94)
    grid = figure.subplots(len(rows), len(clean))
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.02, hspace=0.02)  # type: ignore[union-attr]
    for line, (name, images) in zip(grid, rows.items(), strict=True):
        line[0].set_ylabel(name)
        for axes, image, position in zip(line, images, run.arrays["position"], strict=True):
            show_image(axes, image, cmap="magma" if name == "error" else "gray")
            outline(axes, position, run.config["patch"])
    return figure


def error_by_position(runs: Runs) -> Figure:
    """Root mean squared error inside the patch over the position of its first pixel: noisy, and denoised."""
    figure = new_figure(height=2.35, width=0.8 * TEXT_WIDTH)
    panels = figure.subplots(1, 2, sharey=True)
    maps = {
        "noisy": np.sqrt(np.mean([run.arrays["noisy_error_by_position"] for run in runs], axis=0)),
        "denoised": np.sqrt(np.mean([run.arrays["error_by_position"] for run in runs], axis=0)),
    }
    largest = max(error.max() for error in maps.values())
    for axes, (name, error) in zip(panels, maps.items(), strict=True):
        drawn = axes.imshow(error, cmap="viridis", vmin=0, vmax=largest)
        axes.grid(False)
        axes.set(title=name, xlabel="first column of the patch", xticks=(0, 5, 10, 15, 20), yticks=(0, 5, 10, 15, 20))
    panels[0].set_ylabel("first row of the patch")
    bar = figure.colorbar(drawn, ax=panels, shrink=0.8)
    bar.outline.set_linewidth(0.4)  # type: ignore[operator]
    bar.ax.tick_params(color=GREY)
    return figure


def comparison(runs: Runs) -> Table:
    """PSNR in the patch, outside, over the image, and SSIM for each method."""
    columns = [("Method", ""), ("Inside", "dB"), ("Outside", "dB"), ("Whole", "dB"), ("SSIM", "")]
    rows = []
    for method, name in METHODS.items():
        unchanged = ("outside", method) == UNCHANGED
        rows.append(
            [
                name,
                runs.metric(f"psnr_inside_{method}"),
                float("inf") if unchanged else runs.metric(f"psnr_outside_{method}"),
                runs.metric(f"psnr_whole_{method}"),
                runs.metric(f"ssim_{method}"),
            ]
        )
    return Table(columns, rows, emphasis=len(rows) - 1)
