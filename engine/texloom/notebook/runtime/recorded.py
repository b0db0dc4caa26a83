"""Record the reads of a notebook's cells when a build runs it, and write them after each cell."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

from IPython.core.getipython import get_ipython

from texloom.data.sums import FOLDER
from texloom.staleness.recording.hook import begin
from texloom.staleness.recording.recorder import Recorder, unrecorded


def record_cells(experiment: str, record: Path) -> None:
    """Record reads from now on, except of the modules that the notebook contains and of the declared data of its runs.

    Other files beside the modules are recorded like any others.
    """
    recorder = Recorder([record, *Path("experiments", experiment).rglob("*.py"), FOLDER])
    begin(recorder)

    def write(*_: object) -> None:
        with unrecorded():
            record.write_text(json.dumps(deepcopy(recorder).finish().to_json()), encoding="utf-8")

    shell = get_ipython()
    assert shell is not None
    shell.events.register("post_run_cell", write)
