"""A user's own files below the folder of results are inputs of a document like any others."""

from __future__ import annotations

import datetime
from pathlib import Path

from texloom.data.digests import Digests
from texloom.document.rendering import Rendering
from texloom.document.tex.compile import compile_pdf
from texloom.document.tex.recorded import note_reads
from texloom.results.places import BuildFolder
from texloom.results.sealed import file_digest, write_sealed
from texloom.staleness.judge import changed_reads
from texloom.staleness.recording.reads import Reads
from texloom.staleness.recording.recorder import Recorder

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415478da63f8ffff3f0005fe02fea735811d0000000049454e44ae426082"
)
TEXT = r"""\documentclass{article}\usepackage{graphicx}\begin{document}\tableofcontents\section{S}
\input{build/mine}\input{build/tex/sections/toy}
\includegraphics[width=1mm]{build/figures/toy/drawn}\includegraphics[width=1mm]{build/figures/toy/own}\end{document}
"""
BUILD = BuildFolder(Path("build"))


def make() -> Reads:
    """Compile a document with a text and a picture of the user's in build/, beside drawn figures."""
    folder = BUILD.sources("report")
    rendering = Rendering(folder)
    rendering.add("report.tex", TEXT)
    rendering.add("sections/toy.tex", "Text.\n")
    rendering.write()
    figures = BUILD.figures("toy")
    figures.mkdir(parents=True, exist_ok=True)
    for name in ("drawn.png", "own.png"):
        (figures / name).write_bytes(PICTURE)
    files = {"drawn.png": file_digest(figures / "drawn.png")}
    write_sealed(BUILD.figure_index("toy"), {"of": "toy", "files": files})
    compile_pdf(folder, datetime.date(2024, 8, 23))
    recorder = Recorder([Path("build")])
    note_reads(recorder, folder)
    return recorder.finish()


def test_a_user_s_own_files_in_the_folder_of_results_are_read(project: Path) -> None:
    Path("build").mkdir(exist_ok=True)
    Path("build/mine.tex").write_text("Mine.\n")
    reads = make()
    changed = lambda: list(changed_reads(reads.to_json(), Digests()))  # noqa: E731
    of_build = {name for name, digest in reads.files.items() if name.startswith("build/") and digest}
    assert of_build == {"build/mine.tex", "build/figures/toy/own.png"}
    assert changed() == []
    Path("build/mine.tex").write_text("Still mine.\n")
    Path("build/tex/size10.clo").touch()
    assert changed() == ["build/mine.tex", "build/tex/size10.clo (new)"]
    Path("build/tex/size10.clo").unlink()
    reads = make()  # LaTeX goes on from the files of its last run
    assert changed() == []
