"""The engine's own time: for a build with nothing to do, and from a change of text to the PDF.

The report is that of the smoke profile, built once in a copy of the checkout; the engine's work is the same for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.side_by_side import time_in_turn
from tests.end_to_end.conftest import PYTHON, Checkout, checkout
from tests.end_to_end.shared_build.conftest import built, first_pdf

__all__ = ["built", "checkout", "first_pdf"]  # fixtures
FRAGMENT = Path("theory/variational_inference.tex")
SNAKEFILE = "engine/texloom/staleness/Snakefile"


def succeed(checkout: Checkout, *command: str) -> None:
    """Run a command that must succeed."""
    finished = checkout.run(*command)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_nothing_to_do(benchmark, built: Checkout) -> None:
    """`make` compared with Snakemake, called directly with the same rules."""
    bare = [PYTHON, "-m", "snakemake", "report", "--snakefile", SNAKEFILE, "--cores", "all", "--quiet", "all"]
    bare += ["--config", "profile=smoke"]
    time_in_turn(
        benchmark,
        "build with nothing to do",
        lambda: succeed(built, "make", "PROFILE=smoke"),
        {"Snakemake on the bare rules": lambda: succeed(built, *bare)},
        units=1,
        at_least=1 / 1.2,
    )


@dataclass
class Editor:
    """A function that writes a sentence into a derivation; each call writes another sentence."""

    checkout: Checkout
    edits: int = 0

    def __post_init__(self) -> None:
        self.path = self.checkout.folder / FRAGMENT
        self.text = self.path.read_text(encoding="utf-8")

    def edit(self) -> None:
        self.edits += 1
        self.path.write_text(f"{self.text}\nEdit number {self.edits}.\n", encoding="utf-8")

    def undo(self) -> None:
        self.path.write_text(self.text, encoding="utf-8")


@pytest.fixture
def editor(built: Checkout) -> Iterator[Editor]:
    editor = Editor(built)
    yield editor
    editor.undo()


def time_beside_latexmk(benchmark, work: str, ours: Callable[[], object], built: Checkout, folder: Path) -> None:
    """From an edit to the PDF, compared with latexmk on the rendered file with the same edit."""
    latexmk = ["latexmk", "-pdf", "-silent", "-interaction=nonstopmode", f"-output-directory={folder}"]
    peer = {"latexmk on the rendered file": lambda: succeed(built, *latexmk, "build/smoke/tex/report.tex")}
    time_in_turn(benchmark, work, ours, peer, units=1, at_least=1 / 1.5)


def test_text_change_under_watch(benchmark, built: Checkout, editor: Editor, tmp_path: Path) -> None:
    with built.watching() as watch:
        watch.until("watching theory/")

        def edit_and_wait() -> None:
            editor.edit()
            watch.until("report.pdf is ready")

        time_beside_latexmk(benchmark, "a text change to the PDF, make watch", edit_and_wait, built, tmp_path)


def test_text_change(benchmark, built: Checkout, editor: Editor, tmp_path: Path) -> None:
    def edit_and_make() -> None:
        editor.edit()
        succeed(built, "make", "PROFILE=smoke")

    time_beside_latexmk(benchmark, "a text change to the PDF, make", edit_and_make, built, tmp_path)
