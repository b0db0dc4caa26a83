"""Tables and figures on the page: none is lost, whatever their size and number, in one column and in two."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.templates.test_preamble import DATE, document, in_project
from texloom.document.tex import compile as compiling
from texloom.document.tex import floats
from texloom.results import plotting
from texloom.results.tables import Table

__all__ = ["in_project"]
TWO_COLUMNS = r"\documentclass[twocolumn]{article}"
ONE_COLUMN = r"\documentclass{article}"


def pages(body: str, document_class: str = ONE_COLUMN) -> list[str]:
    """The text of each page of a document."""
    pdf = compiling.compile_pdf(document("build/tex", body, document_class), DATE)
    return [" ".join(page.extract_text().split()) for page in PdfReader(pdf).pages]


def table(rows: int, columns: int = 1) -> str:
    """A table whose rows are numbered."""
    heads = [("Row", ""), *(("Measured value", "m"),) * columns]
    cells = [[f"number{row}.", *[row] * columns] for row in range(rows)]
    return str(floats.table_float(Table(heads, cells, emphasis=1), "A caption.", "tab:rows"))


def printed_rows(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"number(\d+)\.", text)]


@pytest.mark.parametrize(
    ("document_class", "rows", "columns"),
    [
        (ONE_COLUMN, 150, 1),
        (TWO_COLUMNS, 150, 1),
        pytest.param(ONE_COLUMN, 300, 1, marks=pytest.mark.slow),
        pytest.param(TWO_COLUMNS, 150, 3, marks=pytest.mark.slow),
    ],
)
def test_a_table_longer_than_a_page_goes_on_with_its_heads(document_class: str, rows: int, columns: int) -> None:
    found = pages(rf"Before. {table(rows, columns)} After \cref{{tab:rows}}.", document_class)
    assert printed_rows(" ".join(found)) == [*range(rows)]
    for page in found:
        assert ("Row" in page) == bool(printed_rows(page))
    text = " ".join(found)
    assert text.count("A caption.") == 1
    assert "After Table 1" in text


@pytest.mark.slow
@pytest.mark.parametrize("document_class", [ONE_COLUMN, TWO_COLUMNS])
@pytest.mark.parametrize("rows", [20, 40])
def test_a_table_that_fits_a_page_floats_in_one_piece(document_class: str, rows: int) -> None:
    found = pages(rf"{'Text. ' * 2000}{table(rows)}{'Text. ' * 2000}", document_class)
    assert [printed_rows(page) for page in found if printed_rows(page)] == [[*range(rows)]]


def test_sixty_figures_in_one_section_are_all_placed() -> None:
    with plotting.style():
        plotting.save(plotting.new_figure(height=2.2), Path("curve.pdf"))
    body = "".join(floats.figure_float(Path("curve.pdf"), f"figure{number}.", f"fig:f{number}") for number in range(60))
    found = " ".join(pages(rf"Text. {body}\FloatBarrier After \cref{{fig:f59}}."))
    assert [int(number) for number in re.findall(r"figure(\d+)\.", found)] == [*range(60)]
    assert "After Figure 60" in found


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(14.5 / 2.54, 1.5), (2.5, 1.5)])
def test_in_two_columns_a_figure_is_as_wide_as_it_must_be(width: float, height: float) -> None:
    with plotting.style():
        plotting.save(plotting.new_figure(height, width), Path("curve.pdf"))
    figure = floats.figure_float(Path("curve.pdf"), "A caption.", "fig:curve")
    assert "A caption." in " ".join(pages(rf"{'Text. ' * 300}{figure}{'Text. ' * 900}\cref{{fig:curve}}", TWO_COLUMNS))
