"""Side-by-side timings as one table: on the terminal, in bench.json, and on a page of its own.

tests/benchmarks measure; pytest-benchmark stores what they measured; this module only arranges it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from weave import floats, latex, places, templating
from weave.errors import ReportError
from weave.identity import git_state, machine
from weave.latex import TeX
from weave.manifest import Manifest
from weave.render import Rendering

MATRIX_PRODUCT = "matrix_product_gflops"
"""Key of the machine's measured rate among the extra information of its benchmark."""

COLAB_SECONDS = 30 * 60.0
"""What the assignment says that the training of the emoji DCGAN takes."""


@dataclass(frozen=True)
class Row:
    """One piece of work, done by us and by a peer in turn; times in seconds for one unit of work."""

    work: str
    peer: str
    ours_seconds: float
    peer_seconds: float
    ratio: float
    """Median over the rounds of the peer's time by ours: above 1 we are faster."""
    lowest: float
    highest: float
    rounds: int
    at_least: float | None = None
    """The ratio that the project promises."""
    operations: float | None = None
    """Floating-point operations of one unit of work, counted from the layers' shapes."""

    @property
    def promise(self) -> str:
        """The promised ratio, and whether it was met."""
        if self.at_least is None:
            return "–"
        return f"{self.at_least:.2g}" + ("" if self.ratio >= self.at_least else " (missed)")

    def share(self, gflops: float | None) -> str:
        """Our arithmetic rate as a share of the machine's rate in matrix products."""
        if self.operations is None or not gflops:
            return "–"
        return f"{100 * self.operations / self.ours_seconds / 1e9 / gflops:.0f} %"


@dataclass(frozen=True)
class Training:
    """What a finished training of the report cost."""

    experiment: str
    seed: int
    seconds: float
    peak_mib: float


@dataclass(frozen=True)
class Bench:
    """All measurements of one `make bench`."""

    rows: Sequence[Row]
    gflops: float | None
    trainings: Sequence[Training]
    machine: str
    commit: str


def read(measured: Path, build: Path) -> Bench:
    """What pytest-benchmark stored in `measured`, and the costs of the runs that `build` holds.

    Raises ReportError when there is no measurement.
    """
    if not measured.exists():
        raise ReportError(measured, "there is no measurement", "make bench measures")
    each = [benchmark["extra_info"] for benchmark in json.loads(measured.read_text(encoding="utf-8"))["benchmarks"]]
    rows = [Row(**row) for info in each for row in info.get("rows", [])] + whole_report(build)
    gflops = next((info[MATRIX_PRODUCT] for info in each if MATRIX_PRODUCT in info), None)
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(build.glob("runs/*/*/run.json"))]
    trainings = [Training(r["experiment"], r["seed"], r["seconds"], r["peak_mib"]) for r in records]
    commit, dirty = git_state()
    return Bench(rows, gflops, trainings, machine(), commit[:12] + (" with uncommitted changes" if dirty else ""))


def whole_report(build: Path) -> list[Row]:
    """The last build that trained everything, beside what the task expects of the emoji DCGAN alone."""
    path = build / places.WHOLE
    if not path.exists():
        return []
    record = json.loads(path.read_text(encoding="utf-8"))
    seconds, ratio = record["seconds"], COLAB_SECONDS / record["seconds"]
    work = f"the whole report, {record['trainings']} trainings, from data to PDF"
    peer = "the task's half an hour for the DCGAN alone, on Colab (not measured here)"
    return [Row(work, peer, seconds, COLAB_SECONDS, ratio, ratio, ratio, rounds=1, at_least=1.5)]


def write_json(bench: Bench, path: Path) -> None:
    """Everything measured, times in seconds and rates in GFLOP/s."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(bench), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def duration(seconds: float) -> str:
    """Three digits in the unit that suits."""
    if seconds >= 600:
        return f"{seconds / 60:.3g} min"
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


HEADS = ("What", "Peer", "Ours", "Peer's", "Ratio", "Spread", "Promised", "Rate")
COLUMNS = r"@{}>{\raggedright\arraybackslash}p{7.6cm}>{\raggedright\arraybackslash}p{4cm}rrrrrr@{}"
"""The same for LaTeX."""


def cells(row: Row, gflops: float | None) -> list[str]:
    """A row as text, in the order of HEADS."""
    spread = f"{row.lowest:.2f} to {row.highest:.2f}"
    times = [duration(row.ours_seconds), duration(row.peer_seconds)]
    return [row.work, row.peer, *times, f"{row.ratio:.2f}", spread, row.promise, row.share(gflops)]


def as_text(bench: Bench) -> str:
    """The table for a terminal."""
    lines = [list(HEADS), *(cells(row, bench.gflops) for row in bench.rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]

    def aligned(line: list[str]) -> str:
        texts = [cell.ljust(width) for cell, width in zip(line[:2], widths[:2], strict=True)]
        numbers = [cell.rjust(width) for cell, width in zip(line[2:], widths[2:], strict=True)]
        return "  ".join([*texts, *numbers]).rstrip()

    return "\n".join(map(aligned, lines))


def render_page(bench: Bench, manifest: Manifest, folder: Path) -> Rendering:
    """The page: the table, the trainings' costs, and how it was measured."""
    timings = [[latex.escape(cell) for cell in cells(row, bench.gflops)] for row in bench.rows]
    costs = [
        [latex.escape(t.experiment.replace("_", " ")), str(t.seed), duration(t.seconds), f"{t.peak_mib:.0f} MiB"]
        for t in bench.trainings
    ]
    context: dict[str, Any] = {
        "report": manifest.report,
        "machine": bench.machine,
        "commit": bench.commit,
        "gflops": bench.gflops,
        "rounds": sorted({row.rounds for row in bench.rows}),
        "timings": floats.plain_table(COLUMNS, HEADS, timings, long=True),
        "trainings": floats.plain_table("@{}lrrr@{}", ("Training", "Seed", "Time", "Peak memory"), costs)
        if costs
        else TeX(""),
    }
    rendering = Rendering(folder)
    rendering.add("report.tex", templating.render(templating.make_environment(), "bench.tex.j2", context))
    return rendering
