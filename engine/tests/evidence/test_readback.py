"""Marked values are read back in the order of the text, and a page's digest is that of what it draws."""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

from texloom.evidence.readback import page_digests, printed_values

Typeset = Callable[..., Path]


def values(pdf: Path) -> list[tuple[int, int, str]]:
    return [(found.number, found.page, found.text) for found in printed_values(PdfReader(pdf))]


@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
def test_values_are_read_where_they_are_printed(typeset: Typeset, engine: str) -> None:
    """In headings and their entries in the contents, in mathematics, tables and floats, also when printed twice."""
    pdf = typeset(
        r"\tableofcontents\section{Of \spliced{4}{\num{12345}} (1)}"
        r"\begin{table}[b]\caption{With \spliced{2}{\num{3}}.}"
        r"\begin{tabular}{r}\spliced{3}{\num{2.5e-7}}\end{tabular}\end{table}"
        r"$x_{\spliced{1}{\num{-7.5}}}$ and (\spliced{5}{\qty{1.5 +- 0.2}{N/m}})."
        r"\newsavebox{\unseen}\sbox{\unseen}{\spliced{9}{\num{9}}}"
        r"\clearpage \spliced{6}{median \num{1} (\num{0} to \num{2})}",
        engine,
    )
    assert values(pdf) == [
        (4, 1, "12345"),
        (4, 1, "12345"),
        (1, 1, "−7.5"),
        (5, 1, "(1.5±0.2)N/m"),
        (2, 1, "3"),
        (3, 1, "2.5×10−7"),
        (6, 2, "median1(0to2)"),
    ]


def test_marks_do_not_move_the_text(typeset: Typeset) -> None:
    marked = r"A (\spliced{1}{\num{2.5}}), and\par\spliced{2}{\num{7}} begins. " * 40

    def words(body: str) -> str:
        return subprocess.run(["pdftotext", "-bbox", typeset(body), "-"], capture_output=True, text=True).stdout

    assert words(marked) == words(marked.replace(r"\spliced{1}", r"{}").replace(r"\spliced{2}", r"{}"))


def test_bookmarks_have_no_marks(typeset: Typeset) -> None:
    (entry,) = PdfReader(typeset(r"\section{Of \spliced{4}{12}}")).outline
    assert entry.title == "Of 12"  # type: ignore[union-attr]


def changed(pdf: Path, old: bytes, new: bytes) -> PdfReader:
    """The PDF with other bytes in the content of its first page."""
    writer = PdfWriter(clone_from=pdf)
    page = writer.pages[0]
    content = page["/Contents"].get_object().get_data()  # type: ignore[union-attr]
    assert old in content
    stream = StreamObject()
    stream._data = content.replace(old, new)
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = BytesIO()
    writer.write(out)
    return PdfReader(out)


def test_digests_are_those_of_what_pages_draw(typeset: Typeset) -> None:
    pdf = typeset(r"The 8 \newpage and the 9, \href{https://example.org}{here}.")
    digests = page_digests(PdfReader(pdf))
    assert digests[0] != digests[1]
    assert page_digests(changed(pdf, b"The", b"The")) == digests  # the same content in another file
    assert page_digests(changed(pdf, b"The", b"Tho"))[0] != digests[0]
    assert page_digests(changed(pdf, b"The", b"Tho"))[1] == digests[1]


def picture(**keys: object) -> list[str]:
    """The digests of a page with a picture of four grey pixels, whose stream has other keys.

    Its name in the page, /P, is that of a key of annotations that is not drawn.
    """
    writer = PdfWriter()
    page, stream = writer.add_blank_page(9, 9), StreamObject()
    stream._data = zlib.compress(b"\x00\x01\x00\x02")
    names = {"Filter": NameObject("/FlateDecode"), "Width": NumberObject(2)} | keys
    for name, value in names.items():
        if value is not None:
            stream[NameObject(f"/{name}")] = value
        else:
            stream._data = zlib.decompress(stream._data)
    pictures = DictionaryObject({NameObject("/P"): writer._add_object(stream)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): pictures})
    out = BytesIO()
    writer.write(out)
    return page_digests(PdfReader(out))


def test_how_a_picture_is_packed_counts_where_it_changes_what_is_drawn() -> None:
    same = picture()
    assert picture(Filter=None) == same  # not compressed
    assert picture(Filter=ArrayObject([NameObject("/FlateDecode")])) == same
    parameters = DictionaryObject({NameObject("/Predictor"): NumberObject(15)})
    assert picture(DecodeParms=parameters) != same
    assert picture(Filter=NameObject("/LZWDecode")) != same
    assert picture(Width=NumberObject(1)) != same


def test_a_changed_link_changes_the_digest(typeset: Typeset) -> None:
    one, other = (typeset(rf"\href{{https://example.org/{name}}}{{here}}").read_bytes() for name in "ab")
    assert page_digests(PdfReader(BytesIO(one))) != page_digests(PdfReader(BytesIO(other)))
