"""The style of all figures: drawn at their final size, in the fonts of the text, with one palette.

Figures are included unscaled, so 9 pt here is 9 pt on the page. The fonts come with matplotlib (Computer Modern, the
design that Latin Modern extends), so a figure does not depend on what the machine has installed.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

TEXT_WIDTH = 14.5 / 2.54
"""Width of the text block in inches, as in templates/preamble.tex."""

BLUE, ORANGE, GREEN, PURPLE, RED, GREY = "#1f5a99", "#d9822b", "#3a8a5f", "#7b5ea7", "#b8352f", "#6b7280"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, RED, GREY)
"""Distinguishable in print and with the common colour deficiencies; lines that matter also differ in style."""

LARGE = 1_000_000
"""A figure whose file has more bytes is reported."""
MANY = 10_000
"""So many points of one kind are drawn better as an image."""

STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#444444",
    "axes.formatter.use_mathtext": True,  # cmr10 has no minus sign of its own
    "axes.grid": True,
    "axes.labelsize": 9,
    "axes.linewidth": 0.6,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "figure.constrained_layout.use": True,
    "figure.dpi": 150,
    "font.family": "cmr10",
    "font.size": 9,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.4,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "mathtext.fontset": "cm",
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
    "xtick.color": "#444444",
    "xtick.labelsize": 8,
    "xtick.major.width": 0.6,
    "ytick.color": "#444444",
    "ytick.labelsize": 8,
    "ytick.major.width": 0.6,
}


@contextmanager
def style() -> Iterator[None]:
    """Use the report's style for figures inside the context; matplotlib's settings are restored afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def new_figure(height: float, width: float = TEXT_WIDTH) -> Figure:
    """An empty figure, sizes in inches; not registered with pyplot, so it is freed like any object."""
    return Figure(figsize=(width, height), layout="constrained")


def show_image(axes: Axes, image, *, low: float = 0.0, high: float = 1.0, **options) -> None:
    """Draw an image, values in [low, high], without ticks, frame or grid."""
    axes.imshow(image, vmin=low, vmax=high, **options)
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set(visible=True, linewidth=0.3, color="#999999")


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PDF, with the same bytes for the same figure (no dates, no program names)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # Computer Modern's file dates are from 1970
    with style():
        figure.savefig(path, metadata={"CreationDate": None, "Creator": None, "Producer": None})
    if hint := large(figure, path.stat().st_size):
        print(f"figures: {path} {hint}", file=sys.stderr)


def large(figure: Figure, size: int) -> str:
    """What makes a figure's file of this many bytes large, and the way out; empty if it is not large."""
    if size <= LARGE:
        return ""
    kind, points = max(_drawn_points(figure), key=itemgetter(1), default=("", 0))
    if points < MANY:
        return f"is {size / 1e6:.1f} MB large; fewer pixels, or parts with rasterized=True, make it smaller"
    what = f"is {size / 1e6:.1f} MB large: {points} points of a {kind} are drawn one by one"
    return f"{what}\n  pass rasterized=True to the {kind}: it becomes an image, and axes and text stay as they are"


def _drawn_points(figure: Figure) -> Iterator[tuple[str, int]]:
    """The kind of each set of points in a figure that is not drawn as an image, with their number."""
    for artist in figure.findobj(lambda each: not each.get_rasterized()):
        if isinstance(artist, PathCollection):
            yield "scatter", np.shape(artist.get_offsets())[0]
        elif isinstance(artist, Line2D):
            yield "plot", np.size(artist.get_xdata())
        elif isinstance(artist, QuadMesh):
            values = artist.get_array()
            yield "pcolormesh", 0 if values is None else values.size
        elif isinstance(artist, Collection):
            yield "collection", len(artist.get_paths())
