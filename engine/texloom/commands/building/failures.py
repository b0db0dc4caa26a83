"""What an author is told of stages that fail: the first one at once, and at the end all of them, a line for each."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from texloom.machine.told import tell, told

KILLED = "was ended from outside before it could say anything, perhaps because memory ran out"
GOES_ON = "make goes on from where it was"


@dataclass
class Failures:
    """Hears from Snakemake which stages fail. names: of the stages, by the files that they make."""

    names: Mapping[str, str]
    failed: dict[str, str] = field(default_factory=dict)
    """Stages, and why each failed."""
    stopped: BaseException | None = None
    """What stopped Snakemake itself; after a stage has failed, that it has."""

    def hear(self, record: Any) -> bool:
        """A filter of Snakemake's log, which lets everything through."""
        from snakemake.logging import LogEvent

        event = getattr(record, "event", None)
        if event == LogEvent.JOB_ERROR:
            self.note(record.rule_name, record.output, record.shellcmd or "")
        if event == LogEvent.ERROR:
            self.stopped = sys.exception()
        return True

    def note(self, rule: str, outputs: Sequence[str], command: str) -> None:
        """A stage has failed; where it could not say so itself, it is said here."""
        stage = next((self.names[each] for each in outputs if each in self.names), rule)
        words = shlex.split(command)
        said = next((said for typed, said in told() if typed and words[-len(typed) :] == typed), KILLED)
        self.failed[stage] = said
        if said == KILLED and tell(f"{stage}: {KILLED}", words):
            print(f"{stage}: {KILLED}\n  {GOES_ON}", file=sys.stderr, flush=True)

    def tell_all(self) -> None:
        """Say which stages have failed, and why, if there is more than the one that is told already.

        Raises what stopped Snakemake itself: it prints nothing of it.
        """
        if self.stopped and not self.failed:
            raise self.stopped from None
        if len(self.failed) > 1:
            lines = [f"  {stage}: {said}" for stage, said in sorted(self.failed.items())]
            print(f"make: {len(lines)} stages failed", *lines, sep="\n", file=sys.stderr, flush=True)
