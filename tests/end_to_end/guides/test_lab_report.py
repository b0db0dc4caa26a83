"""docs/guides/lab-report.md: followed line by line, and the report that it makes is read back."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from tests.end_to_end.conftest import Checkout
from tests.end_to_end.guides.made import Made, pages

pytestmark = pytest.mark.slow

LENGTHS = np.array([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2])
TIMES = np.array([25.5, 28.2, 31.2, 33.7, 35.8, 38.0, 40.3, 43.9])


def draw_portrait(path: Path) -> None:
    """A face, in place of a photograph."""
    image = Image.new("RGB", (260, 320), "#d9e4f0")
    pen = ImageDraw.Draw(image)
    pen.ellipse((20, 230, 240, 440), fill="#3a8a5f")
    pen.ellipse((60, 30, 200, 230), fill="#6b4a2f")
    pen.ellipse((75, 60, 185, 220), fill="#f0c9a4")
    for x in (108, 152):
        pen.ellipse((x - 6, 125, x + 6, 137), fill="#333333")
    pen.arc((100, 140, 160, 190), 20, 160, fill="#b8352f", width=5)
    image.save(path, quality=85)


@pytest.fixture(scope="module")
def made(checkout: Checkout) -> Made:
    draw_portrait(checkout.folder.parent / "portrait.jpg")
    return Made.by("lab-report", checkout)


def test_its_pdf_is_german_and_has_the_mean_computed_here(made: Made) -> None:
    """The slope of a weighted line through the origin, with the errors written out by hand."""
    for printed in (
        *("Олена Шевченко", "Physikalisches Anfängerpraktikum", "4. Mai 2026", "Die Ergebnisse im Überblick"),
        *("Abbildung 1", "Tabelle 1", "Länge (m)", "Was geprüft wurde", "Herkunft", "Messung vom 27. April 2026"),
    ):
        assert printed in made.text, printed
    assert "??" not in made.text
    gravity = (2 * np.pi * 20 / TIMES) ** 2 * LENGTHS
    error = gravity * np.sqrt((0.002 / LENGTHS) ** 2 + 4 * (0.15 / TIMES) ** 2)
    mean = np.average(gravity, weights=error**-2)
    printed = f"({mean:.2f} ± {np.sum(error**-2) ** -0.5:.2f})".replace(".", ",")
    assert made.text.count(printed) >= 2  # on the first page and in the text
    assert len(re.findall(r"\d,\d+ ± 0,\d+", made.text)) >= 9  # the table


def test_the_photograph_is_on_the_first_page_and_the_marks_of_three_checks_are_in_the_margin(made: Made) -> None:
    reader = PdfReader(made.pdf)
    (image,) = reader.pages[0].images
    assert image.image is not None
    assert image.image.size == (260, 320)
    assert all(mark in made.text for mark in ("✓ rel.", "✓ abs.", "✓ MC"))
    assert reader.metadata is not None
    assert reader.metadata.author == "Олена Шевченко"


def test_its_bundle_makes_the_same_pages_alone(made: Made, tmp_path: Path) -> None:
    assert made.pages_of_bundle(tmp_path, "-lualatex") == pages(made.pdf)
    assert (tmp_path / "source" / "portrait.jpg").read_bytes() == (made.folder / "portrait.jpg").read_bytes()


def test_its_notebook_shows_figure_and_table(made: Made) -> None:
    outputs = made.outputs("fadenpendel")
    assert "error" not in outputs
    assert {"image/png", "text/html"} <= {*outputs}
