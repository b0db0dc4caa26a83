"""The inputs of LaTeX must be as earlier stages wrote them, also after LaTeX has run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.document.intact import refuse_changed, refuse_outdated
from texloom.document.rendering import SOURCE_MAP, Rendering
from texloom.errors import ReportError
from texloom.results.places import BuildFolder
from texloom.results.sealed import file_digest, write_sealed

FIGURE, SOURCE = Path("figures/toy/fit.pdf"), Path("tex/sections/toy.tex")


@pytest.fixture
def made(tmp_path: Path) -> tuple[list[Path], Rendering]:
    """The index of a figure, and the sources of a document, in tmp_path."""
    build = BuildFolder(tmp_path)
    figure = tmp_path / FIGURE
    figure.parent.mkdir(parents=True)
    figure.write_bytes(b"%PDF")
    write_sealed(build.figure_index("toy"), {"of": "toy", "files": {figure.name: file_digest(figure)}})
    rendering = Rendering(build.sources("report"))
    rendering.add("sections/toy.tex", "text")
    rendering.write()
    return build.figure_indexes(), rendering


def test_what_is_as_it_was_written_passes(made: tuple[list[Path], Rendering]) -> None:
    refuse_changed(*made)


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"\xff")])
@pytest.mark.parametrize(
    ("name", "where"),
    [
        (FIGURE, "figures/toy: the figures here were"),
        (FIGURE.with_name("index.json"), "figures/toy: the figures here were"),
        (SOURCE, "tex/sections/toy.tex: was"),
        (Path("tex") / SOURCE_MAP, f"tex/{SOURCE_MAP}: was"),
    ],
)
def test_files_changed_while_latex_ran_are_refused(
    made: tuple[list[Path], Rendering], tmp_path: Path, name: Path, where: str, harm: Callable[[Path], object]
) -> None:
    harm(tmp_path / name)
    with pytest.raises(ReportError, match=f"{where} changed or removed while LaTeX ran\n  run make again"):
        refuse_changed(*made)


def test_figures_drawn_from_a_run_that_was_made_again_later_are_refused(tmp_path: Path) -> None:
    """The run belongs to another experiment, so the plan does not make the figures after it."""
    build, run = BuildFolder(tmp_path), tmp_path / "runs/other/seed-0/metrics.json"
    for path in (run, build.figure_index("toy")):
        path.parent.mkdir(parents=True)
    run.write_text("old")
    write_sealed(build.figure_index("toy"), {"reads": {"files": {run.as_posix(): file_digest(run)}}})
    refuse_outdated(build.figure_indexes(), tmp_path)
    run.write_text("new")
    with pytest.raises(ReportError, match=r"index.json: is out of date: .*metrics.json changed since it was made"):
        refuse_outdated(build.figure_indexes(), tmp_path)
