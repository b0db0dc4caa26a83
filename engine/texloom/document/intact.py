"""Whether what LaTeX has read is still what the stages before it, and the rendering, wrote."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from texloom.data.digests import Digests
from texloom.document.rendering import Rendering, says
from texloom.errors import ReportError
from texloom.staleness.whole import damage


def refuse_changed(indexes: Iterable[Path], rendering: Rendering) -> None:
    """Raise ReportError for what LaTeX has just read and is not, or no longer, what the stages before it wrote.

    indexes: of the figures that were there when it began.
    """
    for record in indexes:
        if damage(record, Digests()):
            raise _changed(record.parent, "the figures here were changed or removed while LaTeX ran")
    for path, text in rendering.wanted().items():
        if not says(path, text):
            raise _changed(path, "was changed or removed while LaTeX ran")


def _changed(where: Path, what: str) -> ReportError:
    return ReportError(where, what, "run make again, which makes it anew; the last good PDF is kept")
