"""All timings as one table: on the terminal, in bench.json, and on a page of a PDF.

    python -m tests.benchmarks.table

The benchmarks measure, pytest-benchmark stores the measurements, and this module only formats them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from tabulate import tabulate

from tests.benchmarks.machine import description
from tests.benchmarks.roofline import AT_LEAST
from texloom import manifest
from texloom.commands.entry import run_command
from texloom.document import templating
from texloom.document.document import publish_file
from texloom.document.rendering import Rendering
from texloom.document.tex import floats, latex
from texloom.document.tex.compile import compile_pdf
from texloom.document.tex.latex import TeX
from texloom.errors import ReportError
from texloom.results.places import BuildFolder
from texloom.results.sealed import read_sealed
from texloom.staleness.identity import git_state

MATRIX_PRODUCT = "matrix_product_gflops"
"""Key of the machine's measured rate in the extra information of the benchmark that measures it."""

NOTHING = "–"
"""The content of an empty cell."""

COLAB_SECONDS = 30 * 60.0
"""The duration of the emoji DCGAN's training according to the assignment."""


@dataclass(frozen=True)
class Row:
    """One piece of work, done by our code and by a peer in turn; times in seconds per unit of work."""

    work: str
    peer: str
    ours_seconds: float
    peer_seconds: float
    ratio: float
    """Median over the rounds of the peer's time divided by ours: above 1 our code is faster."""
    lowest: float
    highest: float
    rounds: int
    at_least: float | None = None
    """The ratio that the project promises."""
    operations: float | None = None
    """Floating-point operations in one unit of work, counted from the shapes of the layers."""

    @property
    def promise(self) -> str:
        """The promised ratio and whether it was reached."""
        if self.at_least is None:
            return NOTHING
        return f"{self.at_least:.2g}" + ("" if self.ratio >= self.at_least else " (missed)")

    def share(self, gflops: float | None) -> str:
        """Our arithmetic rate as a fraction of the machine's rate in matrix products."""
        if self.operations is None or not gflops:
            return NOTHING
        return f"{100 * self.operations / self.ours_seconds / 1e9 / gflops:.0f} %"


@dataclass(frozen=True)
class Training:
    """The cost of a finished training of the report."""

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


def read(measured: Path, build: BuildFolder) -> Bench:
    """The measurements that pytest-benchmark stored in `measured`, and the costs of a build's runs.

    Raises ReportError if there is no measurement.
    """
    if not measured.exists():
        raise ReportError(measured, "there is no measurement", "make bench measures")
    each = [benchmark["extra_info"] for benchmark in json.loads(measured.read_text(encoding="utf-8"))["benchmarks"]]
    rows = [Row(**row) for info in each for row in info.get("rows", [])] + whole_report(build)
    gflops = next((info[MATRIX_PRODUCT] for info in each if MATRIX_PRODUCT in info), None)
    records = [json.loads(path.read_text(encoding="utf-8")) for path in build.run_records()]
    trainings = [Training(r["experiment"], r["seed"], r["seconds"], r["peak_mib"]) for r in records]
    commit, dirty = git_state()
    return Bench(rows, gflops, trainings, description(), commit[:12] + (" with uncommitted changes" if dirty else ""))


def whole_report(build: BuildFolder) -> list[Row]:
    """The last build that trained everything, compared with the assignment's time for the emoji DCGAN alone."""
    if not build.whole.exists():
        return []
    record = read_sealed(build.whole)
    seconds, ratio = record["seconds"], COLAB_SECONDS / record["seconds"]
    work = f"the whole report, {record['trainings']} trainings, from data to PDF"
    peer = "the DCGAN alone, says the task"
    return [Row(work, peer, seconds, COLAB_SECONDS, ratio, ratio, ratio, rounds=1, at_least=1.5)]


def write_json(bench: Bench, path: Path) -> None:
    """Everything measured, times in seconds and rates in GFLOP/s."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(bench), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def duration(seconds: float) -> str:
    """Three digits in a suitable unit."""
    if seconds >= 600:
        return f"{seconds / 60:.3g} min"
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


HEADS = ("What", "Ours", "Rate", "Peer", "Peer's", "Ratio", "Spread", "Promised")
COLUMNS = r"@{}>{\raggedright\arraybackslash}p{10.1cm}rr>{\raggedright\arraybackslash}p{5.1cm}rrrr@{}"
"""The specification of the columns in LaTeX."""


def our_cells(row: Row, gflops: float | None) -> list[str]:
    """The cells of a row about our code, as text: the first of HEADS."""
    return [row.work, duration(row.ours_seconds), row.share(gflops)]


def peer_cells(row: Row) -> list[str]:
    """The cells of a row about the peer, as text: the rest of HEADS."""
    return [
        row.peer,
        duration(row.peer_seconds),
        f"{row.ratio:.2f}",
        f"{row.lowest:.2f} to {row.highest:.2f}",
        row.promise,
    ]


def by_work(rows: Sequence[Row]) -> list[list[Row]]:
    """Consecutive rows with the same work: our code compared with several peers."""
    return [list(group) for _, group in groupby(rows, key=lambda row: row.work)]


def as_text(bench: Bench) -> str:
    """The table for a terminal: a line for each piece of work, followed by one for each peer."""
    aligned = ("left", *["right"] * (len(HEADS) - 4))
    rows = [peer_cells(row) for row in bench.rows]
    table = tabulate(rows, ("", *HEADS[4:]), tablefmt="plain", disable_numparse=True, colalign=aligned)
    heads, *lines = (f"  {line}".rstrip() for line in table.splitlines())
    text, peers = [heads], iter(lines)
    for group in by_work(bench.rows):
        work, ours, share = our_cells(group[0], bench.gflops)
        text.append(f"{work}: {ours}" + ("" if share == NOTHING else f", {share} of the machine's rate"))
        text += islice(peers, len(group))
    return "\n".join(text)


def render_page(bench: Bench, report: manifest.Title, folder: Path) -> Rendering:
    """The page: the table, the costs of the trainings, and how they were measured."""
    timings = []
    for group in by_work(bench.rows):
        ours = [our_cells(group[0], bench.gflops), *([""] * 3 for _ in group[1:])]
        timings += [
            [latex.escape(cell) for cell in mine + peer_cells(row)] for mine, row in zip(ours, group, strict=True)
        ]
    costs = [
        [rf"\texttt{{{latex.escape(t.experiment)}}}", str(t.seed), duration(t.seconds), f"{t.peak_mib:.0f} MiB"]
        for t in bench.trainings
    ]
    context: dict[str, Any] = {
        "report": report,
        "machine": bench.machine,
        "commit": bench.commit,
        "gflops": bench.gflops,
        "roofline": AT_LEAST,
        "rounds": sorted({row.rounds for row in bench.rows if row.rounds > 1}),
        "timings": floats.plain_table(COLUMNS, HEADS, timings, long=True),
        "trainings": floats.plain_table("@{}lrrr@{}", ("Training", "Seed", "Time", "Peak memory"), costs)
        if costs
        else TeX(""),
    }
    rendering = Rendering(folder)
    rendering.add("report.tex", templating.render(templating.make_environment(), "bench.tex.j2", context))
    return rendering


def main() -> None:
    """Write the measurements as a table on the terminal, build/bench.json and build/bench.pdf."""
    report = manifest.load()
    build = report.profile("report").build
    measured = read(build.bench_measured, build)
    write_json(measured, build.bench_table)
    render_page(measured, report.report, build.bench).write()
    publish_file(compile_pdf(build.bench, report.report.date), build.bench_page)
    print(f"\n{as_text(measured)}\n\n{build.bench_table} and {build.bench_page} hold this table")


if __name__ == "__main__":
    run_command(main)
