"""Figures and tables of the patch denoiser, from its runs; TensorFlow is not needed."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.denoising_autoencoder.metrics import MASKED, PARAMETERS, UNCHANGED
from texloom.results.plotting import BLUE, GREY, ORANGE, TEXT_WIDTH, new_figure, show_image
from texloom.results.runs import Runs
from texloom.results.tables import Table

METHODS = {
    "noisy": "Noisy input",
    "median": "Median filter",
    "nl_means": "Non-local means",
    "tv": "Total variation",
    "gated": "Non-local means, gated",
    "plain": "Plain perceptron",
    "joint": "Ours, joint position",
    "ours": "Autoencoder (ours)",
}
"""The methods in the rows of the comparison."""


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
    return {"comparison": comparison(runs), "filters": filters(runs)}


def outline(axes: Axes, position: np.ndarray, patch: int, color: str = ORANGE) -> None:
    """Draw the border of a patch; position is the row and column of its first pixel."""
    row, column = position
    axes.add_patch(Rectangle((column - 0.5, row - 0.5), patch, patch, fill=False, edgecolor=color, linewidth=1.0))


def noisy_patch(runs: Runs) -> Figure:
    """Figure 1 of the assignment: a clean digit and the same digit with noise in one patch."""
    run = runs[0]
    figure = new_figure(height=1.75, width=3.6)
    left, right = figure.subplots(1, 2)
    show_image(left, run.arrays["clean"][0])
    show_image(right, run.arrays["noisy"][0])
    left.set_title("clean")
    right.set_title("noise in one patch")
    return figure


def curves(runs: Runs) -> Figure:
    """Training and validation loss of both networks over epochs; thin lines: seeds, thick line: mean."""
    figure = new_figure(height=2.2)
    for axes, (network, title) in zip(
        figure.subplots(1, 2), (("denoiser", "ours"), ("plain", "plain perceptron")), strict=True
    ):
        for column, color, dashes, label in (
            ("loss", BLUE, "-", "training (mean of the epoch)"),
            ("validation_loss", ORANGE, "--", "validation"),
        ):
            each = np.array([run.history[f"{network}_{column}"] for run in runs])
            epoch = runs[0].history["epoch"]
            axes.plot(epoch, each.T, color=color, linewidth=0.5, alpha=0.5)
            axes.plot(epoch, each.mean(0), color=color, linestyle=dashes, label=label)
        axes.set(xlabel="epoch", ylabel="loss in nats per pixel", title=title)
        axes.set_xlim(left=0)
    figure.axes[0].legend()
    return figure


def examples(runs: Runs) -> Figure:
    """Test images, clean, noisy and denoised by both networks, and the absolute error of ours; patches outlined."""
    run = runs[0]
    names = {"clean": "clean", "noisy": "noisy", "plain": "denoised_plain", "ours": "denoised_ours"}
    rows = {title: run.arrays[name] for title, name in names.items()}
    rows["error"] = np.abs(rows["ours"] - rows["clean"])
    count = len(rows["clean"])
    figure = new_figure(height=TEXT_WIDTH * len(rows) / count * 0.94)
    grid = figure.subplots(len(rows), count)
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.02, hspace=0.02)  # type: ignore[union-attr]
    for line, (name, images) in zip(grid, rows.items(), strict=True):
        line[0].set_ylabel(name)
        for axes, image, position in zip(line, images, run.arrays["position"], strict=True):
            show_image(axes, image)
            outline(axes, position, run.config["patch"])
    return figure


def error_by_position(runs: Runs) -> Figure:
    """Root mean squared error inside the patch over the position of its first pixel, before and after denoising."""
    figure = new_figure(height=2.0, width=0.7 * TEXT_WIDTH)
    panels = figure.subplots(1, 2, sharey=True)
    maps = {
        "noisy": np.sqrt(np.mean([run.arrays["noisy_error_by_position"] for run in runs], axis=0)),
        "denoised": np.sqrt(np.mean([run.arrays["error_by_position"] for run in runs], axis=0)),
    }
    largest = max(error.max() for error in maps.values())
    for axes, (name, error) in zip(panels, maps.items(), strict=True):
        drawn = axes.imshow(error, cmap="viridis", vmin=0, vmax=largest)
        axes.grid(False)
        axes.set(
            title=f"{name}: {error.min():.2f} to {error.max():.2f}",
            xlabel="first column of the patch",
            xticks=(0, 5, 10, 15, 20),
            yticks=(0, 5, 10, 15, 20),
        )
    panels[0].set_ylabel("first row of the patch")
    bar = figure.colorbar(drawn, ax=panels, shrink=0.8)
    bar.outline.set_linewidth(0.4)  # type: ignore[operator]
    bar.ax.tick_params(color=GREY)
    return figure


def comparison(runs: Runs) -> Table:
    """Each method's PSNR in the patch, outside and over the image, and SSIM; PSNR in the patch under masking noise."""
    columns = [("Method", ""), ("Inside", "dB"), ("Outside", "dB"), ("Whole", "dB"), ("SSIM", ""), ("Masking", "dB")]
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
                runs.metric(f"psnr_masked_{method}") if method in MASKED else None,
            ]
        )
    return Table(columns, rows, emphasis=len(rows) - 1)


def filters(runs: Runs) -> Table:
    """Every parameter of every filter as chosen with each seed, for the chapter's noise and for masking noise."""

    def chosen(name: str) -> str:
        return ", ".join(f"{value:g}" for value in sorted(set(runs.metric(name).values)))

    names = {
        "median_size": "Median filter: side of the neighbourhood",
        "nl_means_patch": "Non-local means: side of the patches",
        "nl_means_distance": "Non-local means: distance",
        "nl_means_strength": "Non-local means: h",
        "nl_means_sigma": "Non-local means: σ",
        "tv_weight": "Total variation: weight",
    }
    rows = [[names[name], chosen(name), chosen(f"masked_{name}")] for name in PARAMETERS]
    return Table([("Parameter", ""), ("Chapter's noise", ""), ("Masking", "")], rows)
