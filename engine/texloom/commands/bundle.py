r"""Pack the report into one zip: the PDF, the files published beside it, and LaTeX sources that compile on their own.

The sources are flat, as Overleaf and arXiv require: no folders, no absolute paths, figures and bibliography included.
`latexmk -pdf report.tex` in their folder gives the same pages; with LuaLaTeX `latexmk -lualatex report.tex`.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from texloom.document.tex.compile import BIBLIOGRAPHY
from texloom.errors import ReportError
from texloom.results.places import BuildFolder, partial_of

INPUT = re.compile(r"\\input\{([^}]+)\}")
IMAGE = re.compile(r"(\\includegraphics(?:\[[^\]]*\])?)\{([^}]+)\}")
IMAGE_PATH = re.compile(r"^\\graphicspath\{.*\}\n", re.MULTILINE)
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the zip, so that the same report gives the same bytes; the earliest that zip can store."""


@dataclass
class Flattening:
    """Collects the files of a LaTeX document under flat names; paths in its text are relative to the project's root."""

    folder: Path
    """The folder of report.tex and the rendered files; left out of the flat names."""
    figures: Path
    """The folder of the files for \\includegraphics."""
    files: dict[str, bytes] = field(default_factory=dict)
    origins: dict[str, Path] = field(default_factory=dict)

    def add_text(self, path: Path) -> str:
        """Add a LaTeX file and, recursively, all files that it reads; return its flat name."""
        name = self._claim(path.relative_to(self.folder) if path.is_relative_to(self.folder) else path, path)
        if name not in self.files:
            self.files[name] = b""  # marked as known before its inputs are added
            self.files[name] = self._flatten(path.read_text(encoding="utf-8")).encode()
        return name

    def _flatten(self, text: str) -> str:
        text = IMAGE_PATH.sub("", text)
        text = INPUT.sub(lambda match: rf"\input{{{self._add_input(match[1])}}}", text)
        text = text.replace(
            rf"\bibliography{{{BIBLIOGRAPHY.with_suffix('').as_posix()}}}", r"\bibliography{references}"
        )
        return IMAGE.sub(lambda match: f"{match[1]}{{{self._add_image(match[2])}}}", text)

    def _add_input(self, shown: str) -> str:
        """The flat name of a file of the report; TeX's own files keep their names, which every TeX finds."""
        places = (Path(shown), Path(f"{shown}.tex"))
        own = next((path for path in places if path.is_file()), None)
        return self.add_text(own) if own else shown

    def _add_image(self, shown: str) -> str:
        path = self.figures / shown
        name = self._claim(Path("figure") / shown, path)
        self.files[name] = path.read_bytes()
        return name

    def _claim(self, place: Path, origin: Path) -> str:
        """The flat name of a path. Raises ReportError if another file has it."""
        name = "-".join(place.parts)
        other = self.origins.setdefault(name, origin)
        if other != origin:
            raise ReportError(origin, f"and {other} would both be named {name} in the bundle", "rename one of them")
        return name


def flat_sources(folder: Path, figures: Path) -> dict[str, bytes]:
    """All files of the document <folder>/report.tex by their flat names, the bibliography and its .bbl included.

    Raises ReportError if the document has not been built, or if two files would have the same name.
    """
    if not (folder / "report.bbl").exists():
        raise ReportError(folder / "report.tex", "the report has not been built", "make all builds it")
    flattening = Flattening(folder, figures)
    flattening.add_text(folder / "report.tex")
    bibliography = {"references.bib": BIBLIOGRAPHY.read_bytes(), "report.bbl": (folder / "report.bbl").read_bytes()}
    return flattening.files | bibliography


def write_bundle(build: BuildFolder) -> list[str]:
    """Write the zip of a finished build and return the names in it. The same build gives the same bytes."""
    sources = flat_sources(build.sources("report"), build.all_figures)
    notebooks = sorted(build.notebooks.glob("*.ipynb"))
    beside = [build.public("report"), *sorted(build.folder.glob("*.gif")), *notebooks]
    content = {path.relative_to(build.folder).as_posix(): path.read_bytes() for path in beside}
    content |= {f"source/{name}": text for name, text in sorted(sources.items())}
    partial = partial_of(build.bundle)
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    partial.replace(build.bundle)
    return list(content)
