r"""Pack the report into one zip: the PDF, the files published beside it, and LaTeX sources that compile on their own.

The sources are the files that LaTeX's recorder lists, without those of TeX itself and those that LaTeX wrote, and the
bibliography. They are flat, as Overleaf and arXiv prefer: no folders, no absolute paths. A file that the text does not
name in a known command, but by an own macro, for example, keeps its path. `latexmk -pdf report.tex` in their folder
gives the same pages; with LuaLaTeX `latexmk -lualatex report.tex`.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from texloom.document.tex.recorded import OWN_TREE, read_by_bibtex, read_by_latex, written_by_latex
from texloom.errors import ReportError
from texloom.results.places import BuildFolder, partial_of

READING = re.compile(
    r"(\\(?:input|include|includegraphics|includepdf|lstinputlisting|verbatiminput|VerbatimInput|InputIfFileExists|bibliography"
    r"|bibliographystyle|addbibresource|documentclass|LoadClass|usepackage|RequirePackage)\*?\s*(?:\[[^\]]*\]\s*)*)\{([^{}#]+)\}"
)
"""The commands that read files, each with the files it names."""
ENDINGS = ("", *(f".{ending}" for ending in ("tex", "pdf", "png", "jpg", "jpeg", "bib", "bst", "cls", "sty")))
"""What may be left out of a file's name."""
TEXTS = (".tex", ".cls", ".sty", ".def", ".cfg", ".clo")
"""The files in which others are named."""
IMAGE_PATH = re.compile(r"^\\graphicspath\{.*\}\n", re.MULTILINE)
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the zip, so that the same report gives the same bytes; the earliest that zip can store."""


@dataclass
class Flattening:
    """The files of a LaTeX document under flat names; paths in its text are relative to the project's root."""

    folder: Path
    """The folder of report.tex and the rendered files; left out of the flat names."""
    figures: Path
    """The folder of the drawn figures; "figure" in the flat names."""
    read: dict[str, Path]
    """The files that were read, by their paths in the project; files elsewhere by their names."""
    names: dict[str, str] = field(default_factory=dict)
    """The flat name of each file whose name in the text was found."""

    def files(self) -> dict[str, bytes]:
        """All files by their names in the bundle. Raises ReportError if two would have the same."""
        report = (self.folder / "report.tex").as_posix()
        self.names[report] = "report.tex"
        texts = {path: self._flatten(self._text(path)) for path in self.read if path.endswith(TEXTS)}
        if all(path in self.names for path in self.read if Path(path).is_relative_to(self.figures)):
            texts[report] = IMAGE_PATH.sub("", texts[report])
        found: dict[str, bytes] = {}
        origins: dict[str, str] = {}
        for path, place in self.read.items():
            name = self.names.get(path, path)
            other = origins.setdefault(name, path)
            if other != path:
                what = f"and {other} would both be named {name} in the bundle"
                raise ReportError(path, what, "rename one of them")
            found[name] = texts[path].encode() if path in texts else place.read_bytes()
        return found

    def _text(self, path: str) -> str:
        try:
            return self.read[path].read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return self.read[path].read_text(encoding="latin-1")

    def _flatten(self, text: str) -> str:
        return READING.sub(lambda match: f"{match[1]}{{{','.join(map(self._flat, match[2].split(',')))}}}", text)

    def _flat(self, shown: str) -> str:
        """The flat name of a file as a command names it; unchanged if it is none of the files that were read."""
        for ending in ENDINGS:
            for folder in (Path(), self.figures):
                path = os.path.normpath(folder / f"{shown.strip()}{ending}")
                if path in self.read:
                    self.names[path] = self._name(Path(path))
                    named_short = ending in (".bib", ".bst", ".cls", ".sty")
                    return self.names[path].removesuffix(ending) if named_short else self.names[path]
        return shown

    def _name(self, path: Path) -> str:
        if path.is_relative_to(self.folder):
            return "-".join(path.relative_to(self.folder).parts)
        if path.is_relative_to(self.figures):
            return "-".join(("figure", *path.relative_to(self.figures).parts))
        return path.name if path.suffix in (".bib", ".bst", ".cls", ".sty") else "-".join(path.parts)


def files_read(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files that the last run in a folder read, without those of TeX itself and those that it wrote.

    Each with its path in the project, or only its name if it is in the user's own TeX tree.
    """
    written = {*written_by_latex(folder), folder / "report.bbl"}
    for path in (*read_by_latex(folder), *read_by_bibtex(folder)):
        own = OWN_TREE.expanduser()
        place = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        if place in written or place.is_dir() or place.suffix in (".bbl", ".aux"):
            continue
        if not place.is_absolute():
            yield place.as_posix(), place
        elif place.is_relative_to(own):
            yield place.name, place


def flat_sources(folder: Path, figures: Path) -> dict[str, bytes]:
    """All files of the document <folder>/report.tex by their flat names, the bibliography and its .bbl included.

    Raises ReportError if the document has not been built, or if two files would have the same name.
    """
    if not (folder / "report.fls").exists():
        raise ReportError(folder / "report.tex", "the report has not been built", "make all builds it")
    read = dict(sorted(files_read(folder)))
    bibliography = folder / "report.bbl"
    compiled = {"report.bbl": bibliography.read_bytes()} if bibliography.exists() else {}
    return Flattening(folder, figures, read).files() | compiled


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
