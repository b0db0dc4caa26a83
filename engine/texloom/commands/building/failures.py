"""Report failed stages: the first one at once, and at the end all of them, one line each."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from texloom.machine.stage_errors import record_error, recorded_errors

KILLED = "was killed before it could report an error, perhaps because memory ran out"
GOES_ON = "run make again to continue"


@dataclass
class Failures:
    """Collects failed stages from Snakemake's log. names: the names of the stages by their output files."""

    names: Mapping[str, str]
    failed: dict[str, str] = field(default_factory=dict)
    """The errors of failed stages, by their names."""
    stopped: BaseException | None = None
    """The exception that stopped Snakemake, which may be the failure of a stage."""

    def filter_record(self, record: Any) -> bool:
        """Filter of Snakemake's log that notes failures and passes all records."""
        from snakemake.logging import LogEvent

        event = getattr(record, "event", None)
        if event == LogEvent.JOB_ERROR:
            self.note(record.rule_name, record.output, record.shellcmd or "")
        if event == LogEvent.ERROR:
            self.stopped = sys.exception()
        return True

    def note(self, rule: str, outputs: Sequence[str], command: str) -> None:
        """Note that a stage failed, and print this if the stage could not do so itself."""
        stage = next((self.names[each] for each in outputs if each in self.names), rule)
        words = shlex.split(command)
        errors = (message for typed, message in recorded_errors() if typed and words[-len(typed) :] == typed)
        message = next(errors, KILLED)
        self.failed[stage] = message
        if message == KILLED and record_error(f"{stage}: {KILLED}", words):
            print(f"{stage}: {KILLED}\n  {GOES_ON}", file=sys.stderr, flush=True)

    def report_all(self) -> None:
        """Print all failed stages with their errors, if there is more than the one already printed.

        Raises the exception that stopped Snakemake itself, rather than a stage, because Snakemake does not print it.
        """
        if self.stopped and not self.failed:
            raise self.stopped from None
        if len(self.failed) > 1:
            lines = [f"  {stage}: {message}" for stage, message in sorted(self.failed.items())]
            print(f"make: {len(lines)} stages failed", *lines, sep="\n", file=sys.stderr, flush=True)
