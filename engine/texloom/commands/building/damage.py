"""What a build looks for before it plans: results that are no longer what their stages wrote.

What is quickly made again is removed, so that it is; a training is refused by name, for its author may want to keep it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from texloom.document.tex.compile import forget_unfinished
from texloom.results.places import DOCUMENTS, BuildFolder
from texloom.results.runs import Run
from texloom.results.sealed import file_digest, is_intact, read_sealed


def remove_damaged(build: BuildFolder) -> None:
    """Remove the record of each result of a build that is damaged, incomplete or was changed by hand."""
    for record in (build.checks, *build.figure_indexes()):
        if record.exists() and not is_whole(record):
            record.unlink()
    for document in DOCUMENTS:
        forget_unfinished(build.sources(document))


def is_whole(record: Path) -> bool:
    """Whether a sealed file, and the files beside it whose digests it holds, are as they were written."""
    if not is_intact(record):
        return False
    files = read_sealed(record).get("files", {})
    return all((path := record.parent / name).exists() and file_digest(path) == files[name] for name in files)


def refuse_damaged_runs(runs: Iterable[Run]) -> None:
    """Raise ReportError for a run of which a file is missing or was changed; one that is not finished is no damage."""
    for run in runs:
        if run.is_there:
            for name in run.record["files"]:
                run.file(name)
