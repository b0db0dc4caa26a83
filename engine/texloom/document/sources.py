"""Check the author's text files before LaTeX reads them, so that the file itself is named."""

from __future__ import annotations

import re
from pathlib import Path

from texloom.errors import ReportError
from texloom.results.utf8 import read_utf8

LAYOUT = Path("templates", "report.tex.j2")
NEEDED = re.compile(r"\\(?P<command>input|bibliography)\{(?P<name>[^{}\\#]+)\}")
"""A file that the layout of the report needs, under its own name."""
PICTURE = re.compile(r"\\includegraphics(?:\[[^\]]*\])?\{([^{}\\#]+)\}")
BEGIN_AND_END = {
    ".png": (b"\x89PNG\r\n\x1a\n", b"IEND"),
    ".jpg": (b"\xff\xd8", b"\xff\xd9"),
    ".pdf": (b"%PDF", b"%%EOF"),
}
"""What a whole picture begins with, and has in its last bytes; LaTeX stops without a message if it is cut short."""
TEXTS = ("theory/*.tex", "theory/*.bib", "templates/*.tex", "templates/**/*.j2")


def check_sources() -> None:
    """Check that the author's text files, and those that the layout needs, are files in UTF-8.

    Raises ReportError for the first one that is not.
    """
    found = {path: str(path) for pattern in TEXTS for path in sorted(Path().glob(pattern))}
    if LAYOUT.is_file():
        for number, line in enumerate(read_utf8(LAYOUT).splitlines(), start=1):
            for match in NEEDED.finditer(re.sub(r"(?<!\\)%.*", "", line)):
                ending = ".bib" if match["command"] == "bibliography" else ".tex"
                names = match["name"].split(",") if ending == ".bib" else [match["name"]]
                for name in names:
                    path = Path(name.strip())
                    if "/" in name:
                        path = path if path.suffix else path.with_suffix(ending)
                        found.setdefault(path, f"{LAYOUT}:{number}")
    for path, by in found.items():
        _check(path, by)
        if path.suffix == ".tex":
            _check_pictures(path)


def _check(path: Path, needed_by: str) -> None:
    way_out = f"{needed_by} needs it" if needed_by != str(path) else "replace it by the file"
    if path.is_symlink() and not path.exists():
        raise ReportError(path, f"is a link to {path.readlink()}, which does not exist", way_out)
    if path.is_dir():
        raise ReportError(path, "is a folder, not a file", way_out)
    if not path.exists():
        raise ReportError(path, "is missing", way_out)
    read_utf8(path)


def _check_pictures(path: Path) -> None:
    """Raise ReportError, with the line, for a picture of a text that is not whole."""
    for number, line in enumerate(read_utf8(path).splitlines(), start=1):
        for name in PICTURE.findall(re.sub(r"(?<!\\)%.*", "", line)):
            picture = Path(name)
            begin, end = BEGIN_AND_END.get(picture.suffix.lower(), (b"", b""))
            if begin and picture.is_file():
                content = picture.read_bytes()
                if not content.startswith(begin) or end not in content[-2048:]:
                    fault = "cut short" if content.startswith(begin) else "not what its name says"
                    what = f"the picture {name} is {fault}"
                    raise ReportError(
                        f"{path}:{number}", what if content else f"the picture {name} is empty", "replace it"
                    )
