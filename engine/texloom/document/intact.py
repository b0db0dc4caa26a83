"""Whether results are as their stages wrote them: each has a sealed file that holds the digests of those beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from texloom.document.rendering import Rendering, says
from texloom.errors import ReportError
from texloom.results.sealed import file_digest, is_intact, read_sealed


def is_whole(record: Path) -> bool:
    """Whether a sealed file, and the files beside it whose digests it holds, are as they were written, and in place."""
    if not is_intact(record):
        return False
    content = read_sealed(record)
    files = content.get("files", {})
    in_place = content.get("of", record.parent.name) == record.parent.name
    return in_place and all(
        (path := record.parent / name).exists() and file_digest(path) == files[name] for name in files
    )


def refuse_changed(indexes: Iterable[Path], rendering: Rendering) -> None:
    """Raise ReportError for what LaTeX has just read and is not, or no longer, what the stages before it wrote.

    indexes: of the figures that were there when it began.
    """
    for record in indexes:
        if not is_whole(record):
            raise _changed(record.parent, "the figures here were changed or removed while LaTeX ran")
    for path, text in rendering.wanted().items():
        if not says(path, text):
            raise _changed(path, "was changed or removed while LaTeX ran")


def _changed(where: Path, what: str) -> ReportError:
    return ReportError(where, what, "run make again, which makes it anew; the last good PDF is kept")
