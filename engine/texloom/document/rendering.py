"""The LaTeX sources of one document, with a map from their lines to the author's files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from texloom.document import templating
from texloom.document.claims import Claim
from texloom.results.runs import Runs
from texloom.results.sealed import is_pipe
from texloom.results.written import SOURCE_MAP, rendered_files


@dataclass
class Rendering:
    """The LaTeX sources of one document, written together."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    runs: dict[str, Runs] = field(default_factory=dict)
    """The runs whose results it prints."""

    @property
    def broken(self) -> list[Claim]:
        """The claims that do not hold."""
        return [claim for claim in self.claims if not claim.condition.holds]

    def add(self, name: str, marked: str) -> None:
        """Add a rendered template that still contains its marks."""
        text, places = templating.split_marks(marked)
        self.files[name] = text
        self.places[(self.folder / name).as_posix()] = places

    def wanted(self) -> dict[Path, str]:
        """All files with their contents."""
        sources = {self.folder / name: text for name, text in self.files.items()}
        return sources | {self.folder / SOURCE_MAP: json.dumps(self.places) + "\n"}

    def write(self) -> None:
        """Write changed files only, so that latexmk sees no others as changed; remove files no longer needed."""
        wanted, before = self.wanted(), rendered_files(self.folder)
        for path, text in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if is_pipe(path):
                path.unlink()
            if not has_content(path, text):
                path.write_text(text, encoding="utf-8")
        for old in before - set(wanted):
            old.unlink(missing_ok=True)


def has_content(path: Path, text: str) -> bool:
    """Whether a file exists and has exactly this content."""
    return path.is_file() and path.read_bytes() == text.encode()
