"""Computer Modern for the text of figures, with each character drawn correctly.

matplotlib's cmr10.ttf has the encoding of TeX's font: it draws ² as the ligature ffl, ° as fl, < as ¡ and _ as a dot.
"""

from __future__ import annotations

import logging
import tempfile
from functools import cache
from pathlib import Path

import matplotlib
from fontTools import agl
from fontTools.ttLib import TTFont
from matplotlib.font_manager import fontManager

NAME = "Computer Modern"
CORRECTED = {"'": "quoteright", "–": "emdash", "—": "endash"}
"""The apostrophe as TeX prints it, and two glyphs whose names are swapped in the file."""
SYMBOLS = {"−": 0xA1, "×": 0xA3}
"""Signs that numbers on axes need and TeX takes from its symbol font, with their codes in cmsy10.ttf."""


@cache
def computer_modern() -> str:
    """Give matplotlib, in this process, a copy of the font that maps characters by glyph names; return the font's name.

    All other characters lack a glyph in it, so that matplotlib falls back to the next font of the text.
    """
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it warns that the font's dates are from 1970
    font = _of_matplotlib("cmr10")
    glyphs = {agl.toUnicode(name): name for name in font.getGlyphOrder()} | CORRECTED | _add_symbols(font)
    font["cmap"].tables = [table for table in font["cmap"].tables if table.isUnicode()]
    for table in font["cmap"].tables:
        table.ensureDecompiled()
        table.cmap = {ord(character): name for character, name in glyphs.items() if len(character) == 1}
    names = {1: NAME, 4: NAME, 6: NAME.replace(" ", "")}  # family, full name, PostScript's name
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID].encode(record.getEncoding())
    path = Path(_folder().name, "computer-modern.ttf")
    font.save(path)
    fontManager.addfont(path)
    return NAME


def _of_matplotlib(name: str) -> TTFont:
    return TTFont(Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf"), recalcTimestamp=False)


def _add_symbols(font: TTFont) -> dict[str, str]:
    """Copy the glyphs of SYMBOLS into a font; return their names."""
    source, added = _of_matplotlib("cmsy10"), {}
    names = source.getBestCmap() or {}
    for character, code in SYMBOLS.items():
        name, added[character] = names[code], f"symbol{code:x}"
        font["glyf"][added[character]] = source["glyf"][name]
        font["hmtx"][added[character]] = source["hmtx"][name]
    return added


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that exists until the process ends, because matplotlib reads the font when it saves a figure."""
    return tempfile.TemporaryDirectory(prefix="texloom-fonts-")
