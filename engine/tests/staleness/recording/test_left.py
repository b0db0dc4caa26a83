"""Files that a stage leaves behind and that LaTeX, or another stage, reads later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from texloom.document.tex.recorded import note_reads
from texloom.staleness.recording import unseen
from texloom.staleness.recording.reads import Reads
from texloom.staleness.recording.recorder import Recorder

Author = Callable[[str], ModuleType]
ReadsOf = Callable[[Callable[[], object]], Reads]

WRITING = """\
from pathlib import Path
from texloom.results.inputs import reads
def run():
    Path('own/x.tex').write_text('1')
"""


@pytest.fixture
def read_by_latex(folder: Path) -> Callable[[], Reads]:
    """The reads of a document that inputs own/x.tex."""
    Path("build/tex").mkdir(parents=True)
    Path("build/tex/report.fls").write_text("INPUT ./own/x.tex\nINPUT ./own/a.csv\n")

    def read() -> Reads:
        recorder = Recorder([Path("build")])
        note_reads(recorder, Path("build/tex"))
        return recorder.finish()

    return read


def test_a_file_that_a_stage_left_and_latex_reads_is_named(
    read_by_latex: Callable[[], Reads], author: Author, reads_of: ReadsOf, capsys: pytest.CaptureFixture[str]
) -> None:
    reads_of(author(WRITING).run)
    found = read_by_latex()
    assert found.unseen == ["LaTeX: reads own/x.tex, which an earlier run left there"]
    assert {"own/x.tex", "own/a.csv"} <= found.files.keys()
    unseen.warn(found.unseen)
    assert capsys.readouterr().err == (
        "LaTeX: reads own/x.tex, which an earlier run left there; the result depends on earlier runs\n"
        "  declare it where it is written: texloom.results.inputs.reads(path)\n"
    )


def test_a_file_is_not_named_once_the_stage_that_writes_it_has_declared_it(
    read_by_latex: Callable[[], Reads],
    author: Author,
    reads_of: ReadsOf,
    stale: Callable[[Reads], list[str]],
) -> None:
    """When it is edited, that stage is run again."""
    reads_of(author(WRITING).run)
    written = reads_of(author(f"{WRITING}    reads('own/x.tex')\n").run)
    assert read_by_latex().unseen == reads_of(Path("own/x.tex").read_text).unseen == []
    Path("own/x.tex").write_text("2")
    assert stale(written) == ["own/x.tex"]
