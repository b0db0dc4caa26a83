"""The answer of a verification as a one-page PDF, drawn by matplotlib, so that verifying needs no TeX."""

from __future__ import annotations

import hashlib
import textwrap
import warnings
from io import BytesIO
from pathlib import Path

import matplotlib
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure

from texloom.errors import ReportError
from texloom.verify.rows import Answer, printable

A4 = (8.27, 11.69)
"""Inches."""
WIDTH, HEIGHT = 104, 72
"""Characters per line, lines per page."""


def check_path(path: Path) -> None:
    """Raise ReportError if the answer cannot be written to a path; existing files are not overwritten."""
    if path.exists():
        raise ReportError(path, "exists already", "remove it, or choose another name: ANSWER=answer.pdf")
    if not path.parent.is_dir():
        raise ReportError(path, f"there is no folder {path.parent}", "create it, or choose another name")


def write_page(path: Path, pdf: Path, answer: Answer, conclusion: str) -> None:
    """Write the answer; the same answer gives the same bytes."""
    lines = [f"sha256 of the file: {hashlib.sha256(pdf.read_bytes()).hexdigest()}", ""]
    for line in answer.to_text().splitlines():
        lines += textwrap.wrap(line, WIDTH, subsequent_indent="    ", drop_whitespace=False) or [""]
    if len(lines) > HEIGHT:
        lines = [*lines[: HEIGHT - 1], f"… and {len(lines) - HEIGHT + 1} more lines in the terminal"]
    with matplotlib.rc_context({**matplotlib.rcParamsDefault, "pdf.fonttype": 42}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a character that the font lacks is drawn as a box
        figure = Figure(figsize=A4)
        place = {"x": 0.07, "va": "top", "parse_math": False}
        figure.text(**place, y=0.96, s=textwrap.fill(printable(conclusion), 70), weight="bold", size=12)
        figure.text(**place, y=0.91, s="\n".join(lines), family="monospace", size=8)
        out, facts = BytesIO(), {"Title": "Answer of texloom verify", "CreationDate": None}
        FigureCanvasPdf(figure).print_pdf(out, metadata=facts)
    with path.open("xb") as file:
        file.write(out.getvalue())
