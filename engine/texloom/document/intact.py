"""Check that the inputs of LaTeX are still as earlier stages and the rendering wrote them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from texloom.data.digests import Digests
from texloom.document.rendering import Rendering, has_content
from texloom.errors import ReportError
from texloom.results.sealed import is_intact, read_sealed
from texloom.staleness.recording.reads import recorded_path
from texloom.staleness.whole import damage


def refuse_changed(indexes: Iterable[Path], rendering: Rendering) -> None:
    """Raise ReportError for inputs of LaTeX that are not, or no longer, as earlier stages wrote them.

    indexes: the indexes of figures that existed before LaTeX was started.
    """
    for record in indexes:
        if damage(record, Digests()):
            raise _changed(record.parent, "the figures here were changed or removed while LaTeX ran")
    for path, text in rendering.wanted().items():
        if not has_content(path, text):
            raise _changed(path, "was changed or removed while LaTeX ran")


def refuse_outdated(records: Iterable[Path], build: Path) -> None:
    """Raise ReportError for figures or checks that have read a result of this build before it was rebuilt.

    records: those of the figures and of the checks. build: the folder of the build.
    """
    digests = Digests()
    for record in filter(is_intact, records):
        for name, digest in read_sealed(record).get("reads", {}).get("files", {}).items():
            if name.startswith(f"{build.as_posix()}/") and digests.of(recorded_path(name)) != digest:
                raise ReportError(
                    record, f"is out of date: {name} changed since it was made", "run make again to rebuild it"
                )


def _changed(where: Path, what: str) -> ReportError:
    return ReportError(where, what, "run make again to rebuild it; the last good PDF is kept")
