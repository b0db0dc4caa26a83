"""Check that the inputs of LaTeX are still as earlier stages and the rendering wrote them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from texloom.data.digests import Digests
from texloom.document.rendering import Rendering, has_content
from texloom.errors import ReportError
from texloom.staleness.whole import damage


def refuse_changed(indexes: Iterable[Path], rendering: Rendering) -> None:
    """Raise ReportError for inputs of LaTeX that are not, or no longer, as earlier stages wrote them.

    indexes: of the figures that existed before LaTeX was started.
    """
    for record in indexes:
        if damage(record, Digests()):
            raise _changed(record.parent, "the figures here were changed or removed while LaTeX ran")
    for path, text in rendering.wanted().items():
        if not has_content(path, text):
            raise _changed(path, "was changed or removed while LaTeX ran")


def _changed(where: Path, what: str) -> ReportError:
    return ReportError(where, what, "run make again to rebuild it; the last good PDF is kept")
