"""Draw docs/architecture.svg: which packages of the engine and of the report import which.

    .venv/bin/python docs/tools/architecture.py

Edges come from the import graph; the heights of the engine's packages come from the layers in import-linter's contract.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import grimp
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "architecture.svg"

sys.path[:0] = [str(ROOT / "engine"), str(ROOT)]

from texloom.manifest import experiment_names  # noqa: E402
from texloom.results.plotting import BLUE, GREEN, GREY, new_figure, style  # noqa: E402
from texloom.staleness.closure import import_graph  # noqa: E402

SVG: dict[Any, Any] = {
    "svg.hashsalt": "architecture",
    "font.family": "DejaVu Sans",
}  # Computer Modern has no underscore
Edge = tuple[str, str]
"""A package, and one that it imports."""

CHAPTERS = "chapters"
"""Stands for all experiments, which import the same packages and never each other."""
GROUND = "errors"
"""The lowest package, which nearly all others import: it is drawn below them, without arrows."""

ENGINE_LEFT, ENGINE_WIDTH = 4.0, 6.0
COLUMNS = {"data": 1}
"""Columns of packages whose place in a layer differs from the order in pyproject.toml."""
REPORT = {
    "experiments/__main__": (1.6, 6.3),
    "theory": (1.6, 5.3),
    CHAPTERS: (1.0, 4.2),
    "generative": (2.5, 3.3),
    "datasets": (2.5, 2.45),
    "inception": (2.5, 1.6),
    "sample_quality": (0.75, 2.2),
}
"""Positions of the report's packages."""


def room(module: str, chapters: Iterable[str]) -> str | None:
    """The short name of a module's package; None for the top packages themselves."""
    top, _, rest = module.partition(".")
    name = rest.partition(".")[0]
    if top == "theory":
        return top
    if top == "experiments" and name == "__main__":
        return "experiments/__main__"
    return CHAPTERS if top == "experiments" and name in chapters else name or None


def edges(graph: grimp.ImportGraph, chapters: Iterable[str]) -> set[Edge]:
    """The imports between packages, without those of GROUND."""
    found = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            pair = (room(module, chapters), room(imported, chapters))
            if pair[0] and pair[1] and pair[0] != pair[1] and GROUND not in pair:
                found.add((pair[0], pair[1]))
    return found


def project_edges() -> set[Edge]:
    """The edges of this project, whose root is the current folder."""
    return edges(import_graph(), experiment_names())


def implied(every: set[Edge]) -> set[Edge]:
    """The edges between packages that are also connected through others."""

    def reach(start: str) -> set[str]:
        after = {b for a, b in every if a == start}
        return after.union(*(reach(each) for each in after))

    return {(a, b) for a, b in every if any(b in reach(c) for x, c in every if x == a and c != b)}


def layers() -> list[list[str]]:
    """The packages of the engine, layer by layer, as in the import-linter contract, without GROUND."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (named,) = [contract["layers"] for contract in contracts if contract.get("containers") == ["texloom"]]
    rooms = [[name.strip() for name in layer.split("|")] for layer in named]
    return [sorted(layer, key=lambda name: COLUMNS.get(name, 0)) for layer in rooms if layer != [GROUND]]


def places() -> dict[str, tuple[float, float]]:
    """The centre of each box."""
    found, rows = dict(REPORT), layers()
    for depth, row in enumerate(rows):
        for column, name in enumerate(row):
            x = ENGINE_LEFT + ENGINE_WIDTH * (column + 0.5) / len(row)
            found[name] = (x, float(len(rows) - depth))
    return found


def draw(every: set[Edge]) -> Figure:
    """The picture; each arrow is a group of the SVG whose id names its edge."""
    figure = new_figure(height=6.6, width=10.2)
    axes = figure.subplots()
    where, top = places(), len(layers()) + 0.75
    _house(axes, -0.15, 3.5, top, "the report", GREEN)
    _house(axes, ENGINE_LEFT - 0.1, ENGINE_WIDTH + 0.2, top, "engine/texloom", BLUE)
    axes.text(
        ENGINE_LEFT + ENGINE_WIDTH / 2,
        0.22,
        f"{GROUND}, imported by nearly all packages",
        ha="center",
        va="center",
        color=GREY,
    )
    axes.text(1.6, 0.35, "arrow: imports; grey: also indirectly", ha="center", color=GREY, fontsize=8)
    boxes = {name: _box(axes, name, place, GREEN if name in REPORT else BLUE) for name, place in where.items()}
    for edge in sorted(every, key=lambda each: (each not in implied(every), each)):
        _arrow(axes, where, boxes, edge, pale=edge in implied(every))
    axes.set(xlim=(-0.25, ENGINE_LEFT + ENGINE_WIDTH + 0.2), ylim=(-0.05, top + 0.5))
    axes.axis("off")
    return figure


def _house(axes: Axes, left: float, width: float, top: float, name: str, colour: str) -> None:
    wall = FancyBboxPatch((left, 0), width, top, boxstyle="round,pad=0.03", facecolor=colour, alpha=0.06, linewidth=0)
    axes.add_patch(wall)
    axes.text(left + width / 2, top + 0.22, name, ha="center", va="center", fontsize=12, color=colour)


def _box(axes: Axes, name: str, place: tuple[float, float], colour: str) -> FancyBboxPatch:
    x, y = place
    width, height = 0.35 + 0.085 * len(name), 0.3
    corner = (x - width / 2, y - height / 2)
    box = FancyBboxPatch(
        corner, width, height, boxstyle="round,pad=0.03", facecolor="white", edgecolor=colour, zorder=3
    )
    axes.text(x, y, name, ha="center", va="center", zorder=4)
    axes.add_patch(box)
    return box


def _arrow(
    axes: Axes, where: dict[str, tuple[float, float]], boxes: dict[str, FancyBboxPatch], edge: Edge, *, pale: bool
) -> None:
    start, end = edge
    arrow = FancyArrowPatch(
        where[start],
        where[end],
        patchA=boxes[start],
        patchB=boxes[end],
        arrowstyle="-|>",
        mutation_scale=9,
        shrinkA=0,
        shrinkB=1,
        connectionstyle=f"arc3,rad={0.14 if pale else 0.0}",
        color="#b9bec7" if pale else "#30343b",
        linewidth=0.6 if pale else 1.1,
        zorder=1 if pale else 2,
    )
    arrow.set_gid(f"{start} imports {end}")
    axes.add_patch(arrow)


def main() -> None:
    """Write the picture, the same bytes for the same graph."""
    with style(), mpl.rc_context(SVG):
        draw(project_edges()).savefig(PICTURE, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
