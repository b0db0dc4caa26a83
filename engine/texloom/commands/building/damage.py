"""What a build looks for before it plans: results that are no longer what their stages wrote.

What is quickly made again is removed, so that it is; a training is refused by name, for its author may want to keep it.
"""

from __future__ import annotations

from collections.abc import Iterable

from texloom.commands.clean import remove_unfinished
from texloom.document.intact import is_whole
from texloom.document.tex.compile import forget_unfinished
from texloom.results.places import DOCUMENTS, RECORD
from texloom.results.runs import Run
from texloom.results.written import Written


def remove_damaged(written: Written) -> None:
    """Remove the record of each result of a build that is damaged, incomplete or was changed by hand.

    And what was being written when a command was killed.
    """
    build = written.build
    for record in (build.checks, *build.figure_indexes()):
        if record.exists() and not is_whole(record):
            record.unlink()
    for notebook in build.published_notebooks():
        if not is_whole(notebook.with_suffix(RECORD)):
            notebook.unlink()
    for document in DOCUMENTS:
        forget_unfinished(build.sources(document))
    remove_unfinished(written)


def refuse_damaged_runs(runs: Iterable[Run]) -> None:
    """Raise ReportError for a run of which a file is missing or was changed; one that is not finished is no damage."""
    for run in runs:
        if run.is_there:
            for name in run.record["files"]:
                run.file(name)
