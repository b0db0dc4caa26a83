"""docs/guides/analysis.md: followed line by line, and the report that it makes is read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.conftest import Checkout
from tests.end_to_end.guides.made import Made, pages

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(checkout: Checkout) -> Made:
    return Made.by("analysis", checkout)


def test_its_pdf_has_the_regression_of_r_s_manual(made: Made) -> None:
    """lm(log(Volume) ~ log(Girth) + log(Height), trees) of R; the constant is in metres here."""
    for printed in ("Diameter 1.98 ± 0.08 1.83 2.14 26.4", "Height 1.1 ± 0.2", "97.77", "The Minitab Student Handbook"):
        assert printed in made.text, printed
    assert "??" not in made.text
    assert all(page.strip() for page in pages(made.pdf))


def test_nothing_that_trains_is_installed(made: Made) -> None:
    assert {"pandas", "statsmodels"} <= made.packages
    assert not {"tensorflow", "keras", "tensorboard"} & made.packages


def test_its_bundle_makes_the_same_pages_alone(made: Made, tmp_path: Path) -> None:
    assert made.pages_of_bundle(tmp_path) == pages(made.pdf)


def test_its_notebook_shows_figure_and_table(made: Made) -> None:
    outputs = made.outputs("tree_volume")
    assert "error" not in outputs
    assert {"image/png", "text/html"} <= {*outputs}
