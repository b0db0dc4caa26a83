"""Figures: the same bytes for the same figure, and a style that does not leak."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from PIL import Image
from pypdf import PdfReader

from texloom.errors import ReportError
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
        assert mpl.rcParams["font.family"][0] == "Computer Modern"
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


@pytest.mark.parametrize("text", ["Länge in m³", "Ångström, czułość", "длина Ѕѓ", "μήκος", "été − œuf", "§ € ° ½ ≤"])
def test_text_in_latin_greek_and_cyrillic_letters_is_drawn_and_can_be_read(tmp_path: Path, text: str) -> None:
    with plotting.style():
        figure = plotting.new_figure(height=1)
        figure.text(0.1, 0.5, text)
        plotting.save(figure, tmp_path / "figure.pdf")
    (page,) = PdfReader(tmp_path / "figure.pdf").pages
    assert text in page.extract_text()


def pixels(text: str, fonts: list[str]) -> np.ndarray:
    """A text in the first of these fonts that has it, drawn large; 0 is black."""
    figure, file = plotting.new_figure(height=1), io.BytesIO()
    figure.text(0.1, 0.4, text, fontfamily=fonts, fontsize=20)
    figure.savefig(file, format="png")
    return np.asarray(Image.open(file).convert("L"))


@pytest.mark.parametrize("text", ["²³°±·µ½", '<>_|{}^~"', "ÄÀÉ§«»"])
def test_no_character_has_the_glyph_of_another(text: str) -> None:
    """matplotlib's Computer Modern draws ² as the ligature ffl, and < as ¡."""
    with plotting.style():
        drawn, expected = pixels(text, mpl.rcParams["font.family"]), pixels(text, ["STIXGeneral"])
    np.testing.assert_array_equal(drawn, expected)


def test_a_dash_between_words_is_longer_than_one_between_numbers() -> None:
    """In matplotlib's Computer Modern their names are exchanged."""
    with plotting.style():
        widths = [np.ptp(np.nonzero(pixels(dash, mpl.rcParams["font.family"]) < 128)[1]) for dash in "-–—"]
    assert widths == sorted(widths)
    assert 1.5 * widths[1] < widths[2]


def test_a_character_that_no_font_has_is_refused(tmp_path: Path) -> None:
    figure = plotting.new_figure(height=1)
    figure.text(0.1, 0.5, "length 长度")
    with pytest.raises(ReportError, match=r"has the character '长', which the fonts of its text do not have"):
        plotting.save(figure, tmp_path / "figure.pdf")


def test_signs_of_numbers_on_axes_are_drawn(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """matplotlib draws a sign that its default font lacks as ¤, and only logs it."""
    with plotting.style():
        figure = plotting.new_figure(height=1.5)
        axes, logarithmic = figure.subplots(1, 2)
        axes.plot([-1, 1], [-2e6, 2e6])
        axes.ticklabel_format(style="sci", scilimits=(0, 0))
        logarithmic.loglog([1e-3, 10], [1, 2])
        logarithmic.set_title("3 × 5 − 2")
    plotting.save(figure, tmp_path / "axes.pdf")
    drawn = "".join(page.extract_text() for page in PdfReader(tmp_path / "axes.pdf").pages)
    assert caplog.text == ""
    assert "¤" not in drawn
    assert drawn.count("−") > 4
    assert "×" in drawn
