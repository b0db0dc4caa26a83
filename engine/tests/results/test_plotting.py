"""Figures: the same bytes for the same figure, and a style that does not leak."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from pypdf import PdfReader

from texloom.results import plotting


def draw(path: Path) -> bytes:
    with plotting.style():
        figure = plotting.new_figure(height=2)
        axes, image = figure.subplots(1, 2)
        axes.plot([0, 1], [-1, 2], label="label $\\sigma$")
        axes.legend()
        plotting.show_image(image, np.eye(5))
        plotting.save(figure, path)
    return path.read_bytes()


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = draw(tmp_path / "a" / "figure.pdf")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    mpl.rcParams["font.size"] = 17  # what a notebook may have left behind
    assert draw(tmp_path / "b" / "other.pdf") == first
    mpl.rcdefaults()


def test_a_figure_has_its_final_size_and_embedded_type(tmp_path: Path) -> None:
    draw(tmp_path / "figure.pdf")
    (page,) = PdfReader(tmp_path / "figure.pdf").pages
    assert float(page.mediabox.width) == pytest.approx(72 * plotting.TEXT_WIDTH)
    assert float(page.mediabox.height) == pytest.approx(144)
    assert "label" in page.extract_text()


def test_the_style_ends_with_its_block() -> None:
    before = dict(mpl.rcParams)
    with plotting.style():
        assert mpl.rcParams["font.family"] == ["cmr10"]
    assert dict(mpl.rcParams) == before


def test_images_are_shown_on_a_fixed_scale() -> None:
    axes = plotting.new_figure(height=1).subplots()
    plotting.show_image(axes, np.full((2, 2), 0.5))
    assert axes.images[0].get_clim() == (0.0, 1.0)


def save_points(path: Path, draw: Callable[[Axes, np.ndarray], object], number: int) -> None:
    figure = plotting.new_figure(height=2)
    draw(figure.subplots(), np.random.default_rng(0).normal(size=(2, number)))
    plotting.save(figure, path)


@pytest.mark.parametrize(
    ("kind", "draw"),
    [
        ("scatter", lambda axes, points: axes.scatter(*points, s=1, label="x")),
        ("plot", lambda axes, points: axes.plot(*points, ".")),
    ],
)
def test_a_figure_of_many_points_is_reported_with_the_way_out(
    kind: str, draw: Callable[[Axes, np.ndarray], object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_points(tmp_path / "cloud.pdf", draw, 100_000)
    said = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        rf"figures: {tmp_path}/cloud\.pdf is \d\.\d MB large: 100000 points of a {kind} are drawn one by one", said[0]
    )
    assert said[1:] == [
        f"  pass rasterized=True to the {kind}: it becomes an image, and axes and text stay as they are"
    ]


def test_a_small_or_rasterized_figure_is_not_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_points(tmp_path / "few.pdf", lambda axes, points: axes.scatter(*points), 5_000)
    save_points(tmp_path / "image.pdf", lambda axes, points: axes.scatter(*points, s=1, rasterized=True), 100_000)
    assert capsys.readouterr().err == ""


def test_a_large_figure_of_few_points_is_reported_without_their_number() -> None:
    assert plotting.large(plotting.new_figure(height=1), 2_340_000).startswith("is 2.3 MB large; fewer pixels")
