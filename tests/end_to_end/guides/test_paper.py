"""docs/guides/paper.md: followed line by line, and the report that it makes is read back."""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Checkout
from tests.end_to_end.guides.made import Made, pages

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(checkout: Checkout) -> Made:
    return Made.by("paper", checkout)


def test_its_title_has_both_authors_and_its_bibliography_the_workshop_s_style(made: Made) -> None:
    first = " ".join(pages(made.pdf)[0].split())
    for printed in (
        "Three classifiers of small digits",
        "Ada Example",
        "Ben Sample",
        "0000-0002-1825-0097",
        "Abstract.",
    ):
        assert printed in first, printed
    for printed in ("T. M. Cover and P. E. Hart.", "F. Pedregosa, G. Varoquaux"):
        assert printed in made.text, printed
    assert "??" not in made.text
    assert "[?]" not in made.text


def test_its_numbers_are_means_over_five_seeds(made: Made) -> None:
    runs = sorted(made.folder.glob("build/runs/digits/seed-*/metrics.json"))
    assert len(runs) >= 5
    for name in ("neighbours", "logistic", "support_vectors"):
        values = [json.loads(path.read_text(encoding="utf-8"))[name]["value"] for path in runs[:5]]
        deviation = statistics.stdev(values)
        places = next(n for n in range(9) if deviation * 10**n >= 0.95)  # one digit of the deviation
        assert f"({statistics.fmean(values):.{places}f} ± {deviation:.{places}f})" in made.text


def test_its_long_table_is_whole(made: Made) -> None:
    rows = re.findall(r"\b(\d{1,2}) (\d\d(?:\.\d+)? ± \d(?:\.\d+)?) (\d\d(?:\.\d+)? ± \d(?:\.\d+)?)", made.text)
    assert [int(number) for number, *_ in rows] == list(range(1, 61))


def test_its_bundle_makes_the_same_pages_alone(made: Made, tmp_path: Path) -> None:
    assert made.pages_of_bundle(tmp_path) == pages(made.pdf)
    assert {"workshop.cls", "workshop.bst"} <= {path.name for path in (tmp_path / "source").iterdir()}


def test_its_notebook_shows_figure_and_table(made: Made) -> None:
    outputs = made.outputs("digits")
    assert "error" not in outputs
    assert {"image/png", "text/html"} <= {*outputs}
