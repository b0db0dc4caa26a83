"""What a guide of docs/guides has made: its PDF, its bundle and its notebook, read back."""

from __future__ import annotations

import os
import subprocess
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from pypdf import PdfReader

from tests.end_to_end.conftest import Checkout
from tests.end_to_end.guides.guide import blocks, follow


@dataclass(frozen=True)
class Made:
    """A finished report in its folder, whose last command was `make bundle`."""

    folder: Path

    @classmethod
    def by(cls, guide: str, checkout: Checkout) -> Made:
        """Follow a guide in the folder of a checkout, from which it makes the new report."""
        name = f"docs/guides/{guide}.md"
        return cls(follow(checkout.folder, blocks((checkout.folder / name).read_text(encoding="utf-8")), name))

    @property
    def pdf(self) -> Path:
        return self.folder / "build" / "report.pdf"

    @cached_property
    def text(self) -> str:
        """The text of the PDF, without line breaks and hyphens at ends of lines."""
        return " ".join(" ".join(pages(self.pdf)).replace("-\n", "").split())

    @property
    def packages(self) -> set[str]:
        """What is in the environment, by the names under which it is imported."""
        return {path.name for path in self.folder.glob(".venv/lib/python3*/site-packages/*")}

    def unpacked(self, folder: Path) -> Path:
        """The unpacked bundle."""
        with zipfile.ZipFile(self.pdf.with_suffix(".zip")) as archive:
            archive.extractall(folder)
        return folder

    def pages_of_bundle(self, folder: Path, option: str = "-pdf") -> list[str]:
        """The pages of the PDF that plain latexmk makes from the bundle's sources, unpacked in an empty folder."""
        source = self.unpacked(folder) / "source"
        command = ["latexmk", option, "-norc", "-silent", "-interaction=nonstopmode", "-halt-on-error", "report.tex"]
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        finished = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stdout[-2000:]
        return pages(source / "report.pdf")

    def outputs(self, experiment: str) -> list[str]:
        """The kinds of all outputs of a notebook's cells, without those that are printed text."""
        notebook = nbformat.read(self.folder / "build" / "notebooks" / f"{experiment}.ipynb", as_version=4)
        nbformat.validate(notebook)
        found = [output for cell in notebook.cells for output in cell.get("outputs", ())]
        return [kind for output in found for kind in output.get("data", {output.output_type: None})]


def pages(pdf: Path) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(pdf).pages]
