"""The engine's own time: a build with nothing to do, and from a change of text to the PDF.

The report is the smoke profile's, built once in a copy of the checkout; the engine does the same work for it.
"""

from __future__ import annotations

import itertools
from pathlib import Path

from tests.benchmarks.side_by_side import time_in_turn
from tests.end_to_end.conftest import PYTHON, Checkout, built, checkout

__all__ = ["built", "checkout"]  # fixtures
FRAGMENT = Path("theory/variational_inference.tex")


def succeed(checkout: Checkout, *command: str) -> None:
    """A command that must end well."""
    finished = checkout.run(*command)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_nothing_to_do(benchmark, built: Checkout) -> None:
    """`make` beside Snakemake, called by hand on the same rules."""
    bare = [PYTHON, "-m", "snakemake", "report", "--cores", "all", "--quiet", "all", "--config", "profile=smoke"]
    time_in_turn(
        benchmark,
        "build with nothing to do",
        lambda: succeed(built, "make", "PROFILE=smoke"),
        {"Snakemake on the bare rules": lambda: succeed(built, *bare)},
        units=1,
        at_least=1 / 1.2,
    )


def test_text_change(benchmark, built: Checkout, tmp_path: Path) -> None:
    """From an edit of a derivation to the PDF, beside latexmk on the rendered file with the same edit."""
    numbers = itertools.count()
    text = (built.folder / FRAGMENT).read_text(encoding="utf-8")
    latexmk = ["latexmk", "-pdf", "-silent", "-interaction=nonstopmode", f"-output-directory={tmp_path}"]

    def edit_and_make() -> None:
        (built.folder / FRAGMENT).write_text(f"{text}\nEdit number {next(numbers)}.\n", encoding="utf-8")
        succeed(built, "make", "PROFILE=smoke")

    try:
        time_in_turn(
            benchmark,
            "a text change to the PDF",
            edit_and_make,
            {"latexmk on the rendered file": lambda: succeed(built, *latexmk, "build/smoke/tex/report.tex")},
            units=1,
            at_least=1 / 1.5,
        )
    finally:
        (built.folder / FRAGMENT).write_text(text, encoding="utf-8")
