"""One fault, and what must be true after it."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.end_to_end.blows.files import damage
from tests.end_to_end.blows.processes import strike, wait_for_the_moment
from tests.end_to_end.blows.report import EDITS, PATIENCE, Report

REFUSED = re.compile(r"\b(?:remove|rm -r) (build/runs/\w+/seed-\d+)\b")
"""The way out in the message about a damaged run."""
PUBLIC = "build/report.pdf"
"""A fault whose description contains this damages the PDF itself."""


@dataclass
class Attack:
    """The report in which faults are injected, and an intact one that gives the expected results."""

    report: Report
    untouched: Report
    right: dict[str, bytes] = field(default_factory=dict)
    """The PDF of each variant."""

    @classmethod
    def start(cls, folder: Path) -> Attack:
        """Create two equal reports in an empty folder and build both."""
        report = Report.new(folder / "report")
        shutil.copytree(report.folder, folder / "untouched")
        attack = cls(report, Report(folder / "untouched"))
        attack.mend()
        return attack

    def right_pdf(self) -> bytes:
        """The expected PDF for the current variant, made by the intact report."""
        variant = "".join(map(str, self.report.variant.values()))
        if variant not in self.right:
            self.untouched.set_variant(self.report.variant)
            code, said = self.untouched.build()
            assert code == 0, said
            self.right[variant] = self.untouched.pdf
        return self.right[variant]

    def blow(self, seed: int) -> str:
        """Inject one fault or two, and check everything that must be true afterwards; return what was done.

        Raises AssertionError with the condition that does not hold.
        """
        rng, report = random.Random(seed), self.report
        edited = rng.choices(list(EDITS), [6, 1, 1])[0]  # the first is the fastest, and has found most failures
        report.edit(edited)
        right, good = self.right_pdf(), {report.pdf}
        good.add(right)
        report.put_own_files()
        done = [self._one(edited, good, rng) for _ in range(1 + (rng.random() < 1 / 7))]
        return f"seed {seed}, {edited} edited, {' + '.join(done)}; {self._recover(' + '.join(done), right)}"

    def _one(self, edited: str, good: set[bytes], rng: random.Random) -> str:
        """A fault of a random kind; good: what the PDF may be afterwards, unless the fault damages the PDF itself."""
        report, kind = self.report, rng.random()
        good = good | {report.pdf}  # the fault before this one may have damaged it
        if kind < 0.3:
            return f"at rest: {damage(report, rng)}"
        if kind < 0.4:
            room = int(10 ** rng.uniform(2, 5.5))
            code, said = report.build(room)
            done = f"room for files of {room} bytes"
            self._check_ending(done, code, said)
        else:
            process = report.start()
            moment = wait_for_the_moment(report, process, edited, rng)
            done = f"{moment}: {strike(report, process, rng)}"
            self._check_ending(done, *self._end(process))
        assert PUBLIC in done or report.pdf in good, f"{done}: another PDF"
        return done

    @staticmethod
    def _check_ending(done: str, code: int, said: str) -> None:
        """Check that a command that failed has printed the reason once, without a traceback."""
        assert code in (0, 2, 130, -signal.SIGKILL), f"{done}: exit code {code}\n{said}"
        assert "Traceback" not in said, f"{done}: traceback\n{said}"
        assert code <= 0 or said.strip(), f"{done}: ended with {code} without a word"
        assert said.count("interrupted; ") <= 1, f"{done}: told twice\n{said}"

    def _end(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        """Wait for the build, but not for processes that it may have left; if it left any, its output is unknown."""
        process.wait(timeout=PATIENCE)
        if any(self.report.processes()):
            return -signal.SIGKILL, ""
        return process.returncode, process.communicate()[0]

    def _recover(self, done: str, right: bytes) -> str:
        """Run the next build, following the printed way out for refused runs exactly; returns what was needed."""
        report, refused = self.report, []
        code, said = report.build()
        while code == 2 and (run := REFUSED.search(said)) and len(refused) < 3:
            refused.append(run[1])
            shutil.rmtree(report.folder / run[1])
            report.put_own_files()
            code, said = report.build()
        assert code == 0, f"{done}: the next make failed\n{said}"
        assert "Traceback" not in said, f"{done}: traceback\n{said}"
        assert report.pdf == right, f"{done}: the next make left a wrong PDF\n{said}"
        assert report.left_over() == [], f"{done}: left over {report.left_over()}\n{said}"
        assert report.lost() == [], f"{done}: lost {report.lost()}\n{said}"
        code, said = report.build()
        assert (code, report.pdf == right) == (0, True), f"{done}: the make after the next went wrong\n{said}"
        assert " is up to date (" in said, f"{done}: the make after the next found something to do\n{said}"
        return f"refused {', '.join(refused)}, then right" if refused else "right"

    def mend(self) -> None:
        """Rebuild the report from scratch after a failure."""
        for process in self.report.processes():
            process.kill()
        for folder in ("build", ".snakemake"):
            shutil.rmtree(self.report.folder / folder, ignore_errors=True)
        code, said = self.report.build()
        assert code == 0, said
        assert self.report.pdf == self.right_pdf(), "two builds from nothing differ"
